// SPDX-License-Identifier: MIT
#include "announced_server.h"

#include <fmt/format.h>

#include <utility>

namespace hawser::runner {

AnnouncedServer::AnnouncedServer(Reactor& reactor, Network& network, const Endpoint& endpoint,
                                 std::shared_ptr<Factory> factory, std::string name, LogLevel level)
    : reactor_(reactor), name_(std::move(name)), level_(level),
      server_(network, endpoint, std::move(factory)) {}

AnnouncedServer::~AnnouncedServer() = default;

void AnnouncedServer::privileged_start() {
    server_.privileged_start();
}

void AnnouncedServer::start() {
    server_.start();
    announces_ = std::make_shared<bool>(true);
    reactor_.when_running([still = std::weak_ptr(announces_), level = level_, name = name_,
                           address = to_string(server_.address())] {
        if (!still.expired()) { // a reload may have been undone meanwhile
            log(level, name, fmt::format("listening on {}", address));
        }
    });
}

Deferred<> AnnouncedServer::stop() {
    announces_.reset();
    return server_.stop();
}

} // namespace hawser::runner
