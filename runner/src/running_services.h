// SPDX-License-Identifier: MIT
/// \file
/// RunningServices, those that a process runs, and how they become others.
#pragma once

#include "figures.h"
#include "lasting_network.h"
#include "running_service.h"
#include "service_spec.h"

#include <hawser/core/log.h>
#include <hawser/core/service_group.h>
#include <hawser/reactor/reactor.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hawser::runner {

class Plugins;

/// What a change has done: names of services.
struct ServiceChanges {
    std::vector<std::string> started;
    std::vector<std::string> stopped; ///< Those that changed are in both.
};

/// They start in their order, those parts of all first that may need privileges, and stop in
/// reverse.
class RunningServices final : public Service {
public:
    /// Has the plug-ins make \p services, which opens nothing; throws what they throw. \p network
    /// is where they listen, of the loop of \p reactor; they say so at \p announce. All that is
    /// given by reference outlives this, and this goes before the reactor.
    RunningServices(const Plugins& plugins, Reactor& reactor, Network& network, Figures& figures,
                    std::span<const ServiceSpec> services, LogLevel announce);
    ~RunningServices() override;

    void privileged_start() override;
    void start() override;
    [[nodiscard]] Deferred<> stop() override;

    /// Makes those that run the \p wanted ones. One that stays as it is is not touched. The new
    /// ones listen first, then those that are not wanted any more stop, so a connection to an
    /// endpoint that stays is always let in. Connections of a service that was stopped live on, as
    /// they are, until they end; then it is destroyed.
    ///
    /// Throws when one cannot be made or started, and all is as before. Precondition: started.
    ServiceChanges change_to(std::span<const ServiceSpec> wanted);

    /// Stopped, and waiting for the end of their connections.
    [[nodiscard]] std::size_t retired() const noexcept { return retired_.size(); }

private:
    struct Running {
        std::unique_ptr<RunningService> service;
        Service* member = nullptr; // of group_; null: it is not started yet
    };
    struct Retired {
        std::unique_ptr<RunningService> service;
        Deferred<> stopping;
        bool stopped = false;
    };

    [[nodiscard]] Running make(const ServiceSpec& spec);
    void join(Running& running);
    void retire(Running running);
    void forget_ended();

    const Plugins& plugins_;
    Reactor& reactor_;
    LastingNetwork network_;
    Figures& figures_;
    LogLevel announce_;
    bool stopping_ = false;
    std::vector<std::unique_ptr<Retired>> retired_;
    Timer look_; // at them, while there are any
    std::vector<Running> running_;
    ServiceGroup group_; // of them
};

} // namespace hawser::runner
