// SPDX-License-Identifier: MIT
/// \file
/// WorkerNetwork, the network of a worker process: its share of the ports.
#pragma once

#include <hawser/core/endpoint_kind.h>
#include <hawser/core/network.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/workers.h>

#include <memory>
#include <vector>

namespace hawser::runner {

/// Listens with the sockets that run_workers() opened for \p endpoints, and nowhere else; the rest
/// is the reactor's.
class WorkerNetwork final : public Network {
public:
    WorkerNetwork(Reactor& reactor, Worker& worker, std::vector<Endpoint> endpoints);
    ~WorkerNetwork() override;

    /// Once for each time that \p endpoint is among ours. Throws std::errc::address_in_use after
    /// that.
    [[nodiscard]] Listener listen(const Endpoint& endpoint,
                                  std::shared_ptr<Factory> factory) override;
    [[nodiscard]] Deferred<Protocol*> connect(const Endpoint& endpoint,
                                              std::shared_ptr<Factory> factory) override;
    [[nodiscard]] EndpointKinds& kinds() override;

private:
    Reactor& reactor_;
    Worker& worker_;
    std::vector<Endpoint> endpoints_;
    std::vector<bool> taken_;
};

} // namespace hawser::runner
