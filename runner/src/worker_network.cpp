// SPDX-License-Identifier: MIT
#include "worker_network.h"

#include <hawser/core/error.h>

#include <cstddef>
#include <utility>

namespace hawser::runner {

WorkerNetwork::WorkerNetwork(Reactor& reactor, Worker& worker, std::vector<Endpoint> endpoints)
    : reactor_(reactor), worker_(worker), endpoints_(std::move(endpoints)),
      taken_(endpoints_.size()) {}

WorkerNetwork::~WorkerNetwork() = default;

Listener WorkerNetwork::listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        if (!taken_[i] && endpoints_[i] == endpoint) {
            taken_[i] = true;
            return worker_.listen(reactor_, std::move(factory), i);
        }
    }
    throw Error(std::make_error_code(std::errc::address_in_use),
                "cannot listen on " + to_string(endpoint));
}

Deferred<Protocol*> WorkerNetwork::connect(const Endpoint& endpoint,
                                           std::shared_ptr<Factory> factory) {
    return reactor_.connect(endpoint, std::move(factory));
}

EndpointKinds& WorkerNetwork::kinds() {
    return reactor_.kinds();
}

} // namespace hawser::runner
