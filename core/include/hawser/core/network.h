// SPDX-License-Identifier: MIT
/// \file
/// Network, where connections come from: implemented by Reactor.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/listener.h>

#include <memory>
#include <utility>

namespace hawser {

/// Code that listens or connects asks for a Network, not for a Reactor: it then runs in tests too.
class HAWSER_API Network {
public:
    virtual ~Network();

    /// Accepts connections on \p endpoint for as long as the Listener is held, with a protocol
    /// of \p factory for each. Throws Error: `cannot listen on tcp:8000: address already in use`.
    [[nodiscard]] virtual Listener listen(const Endpoint& endpoint,
                                          std::shared_ptr<Factory> factory) = 0;

    /// Connects to \p endpoint and resolves after the protocol's connection_made(). The pointer
    /// is valid until its connection_lost(). Dropping the Deferred before gives the attempt up.
    /// Fails with Error: the system's, Errc::timed_out after endpoint.timeout(), Errc::refused
    /// when the factory gives no protocol, Errc::callback_threw when connection_made() throws.
    /// Throws Errc::canceled while the network itself is stopping.
    [[nodiscard]] virtual Deferred<Protocol*> connect(const Endpoint& endpoint,
                                                      std::shared_ptr<Factory> factory) = 0;

    /// The same for a `P(args...)`, made from copies of \p args.
    template <class P, class... Args>
    [[nodiscard]] Deferred<P*> connect(const Endpoint& endpoint, Args&&... args) {
        return connect(endpoint, factory_for<P>(std::forward<Args>(args)...))
            .then([](Protocol* protocol) { return static_cast<P*>(protocol); });
    }
};

} // namespace hawser
