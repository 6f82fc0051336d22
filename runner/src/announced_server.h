// SPDX-License-Identifier: MIT
/// \file
/// AnnouncedServer, a ServerService that tells the log where it listens.
#pragma once

#include <hawser/core/log.h>
#include <hawser/core/server_service.h>
#include <hawser/reactor/reactor.h>

#include <memory>
#include <string>

namespace hawser::runner {

class AnnouncedServer final : public Service {
public:
    /// Listens by way of \p network, in \p reactor. \p name is that of the service, for the log.
    AnnouncedServer(Reactor& reactor, Network& network, const Endpoint& endpoint,
                    std::shared_ptr<Factory> factory, std::string name, LogLevel level);
    ~AnnouncedServer() override;

    void privileged_start() override;
    /// Tells once the reactor runs: from then on a signal ends us in good order.
    void start() override;
    [[nodiscard]] Deferred<> stop() override;

private:
    Reactor& reactor_;
    std::string name_;
    LogLevel level_;
    std::shared_ptr<bool> announces_; // shared with the call that does; null: stopped
    ServerService server_;
};

} // namespace hawser::runner
