// SPDX-License-Identifier: MIT
/// \file
/// ServerService, a listener that is started and stopped.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/listener.h>
#include <hawser/core/network.h>
#include <hawser/core/service.h>

#include <memory>

namespace hawser {

/// Listens on an endpoint while it runs. Its end closes the listener, and nothing else: the
/// connections it brought live on until they end, or until the Network stops and drains them.
class HAWSER_API ServerService final : public Service {
public:
    /// Precondition: \p factory is not null.
    ServerService(Network& network, Endpoint endpoint, std::shared_ptr<Factory> factory);
    ~ServerService() override;

    /// Listens, as Network::listen(), and throws as that does.
    void privileged_start() override;
    /// The same, where it does not listen yet.
    void start() override;
    /// Closes the listener, at once.
    [[nodiscard]] Deferred<> stop() override;

    /// Where it listens, or has listened last, with the port the system chose for `tcp:0`;
    /// Address::Family::none before the first start.
    [[nodiscard]] Address address() const { return listener_.address(); }

private:
    Network& network_;
    Endpoint endpoint_;
    std::shared_ptr<Factory> factory_; // shared with its listeners and connections
    Listener listener_;
};

} // namespace hawser
