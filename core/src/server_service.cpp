// SPDX-License-Identifier: MIT
#include <hawser/core/server_service.h>

#include <cassert>
#include <utility>

namespace hawser {

ServerService::ServerService(Network& network, Endpoint endpoint, std::shared_ptr<Factory> factory)
    : network_(network), endpoint_(std::move(endpoint)), factory_(std::move(factory)) {
    assert(factory_);
}

ServerService::~ServerService() = default;

void ServerService::privileged_start() {
    if (!listener_.listening()) {
        listener_ = network_.listen(endpoint_, factory_);
    }
}

void ServerService::start() {
    privileged_start();
}

Deferred<> ServerService::stop() {
    listener_.stop_listening();
    return Deferred<>::succeed();
}

} // namespace hawser
