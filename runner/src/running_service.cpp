// SPDX-License-Identifier: MIT
#include "running_service.h"

#include "announced_server.h"
#include "exit_code.h"

#include <hawser/core/service_group.h>
#include <hawser/protocols/limit.h>
#include <hawser/protocols/timeout.h>

#include <fmt/format.h>

#include <exception>
#include <system_error>
#include <utility>

namespace hawser::runner {

namespace {

std::shared_ptr<Factory> under(const ServicePolicies& policies, Clock& clock,
                               std::shared_ptr<Factory> factory) {
    if (policies.idle_timeout > std::chrono::milliseconds::zero()) {
        const Timeouts timeouts{.read = policies.idle_timeout, .write = policies.idle_timeout};
        factory = timeout(clock, timeouts, std::move(factory));
    }
    if (policies.max_per_peer > 0) {
        factory = limit_per_peer(policies.max_per_peer, std::move(factory));
    }
    if (policies.max_connections > 0) {
        factory = limit(policies.max_connections, std::move(factory));
    }
    return factory;
}

/// It opens nothing yet: what the system refuses is a file that says what to do.
std::unique_ptr<Service> made_by(const Plugin& plugin, ServiceContext& context) {
    try {
        return plugin.make_service(context);
    } catch (const OptionError&) {
        throw;
    } catch (const std::system_error& error) {
        if (error.code().category() == error_category()) {
            throw;
        }
        throw Failure(ExitCode::config, message_of(std::current_exception()));
    }
}

} // namespace

RunningService::RunningService(const Plugin& plugin, ServiceSpec spec, Reactor& reactor,
                               Network& network, Figures& figures, LogLevel announce)
    : spec_(std::move(spec)), reactor_(reactor), network_(network), figures_(figures),
      counted_(figures.of(spec_.name)), announce_(announce), service_(made_by(plugin, *this)) {
    if (!service_) {
        throw Failure(ExitCode::software, fmt::format("plug-in {} made no service", plugin.name));
    }
}

RunningService::~RunningService() = default;

void RunningService::privileged_start() {
    service_->privileged_start();
}

void RunningService::start() {
    service_->start();
}

Deferred<> RunningService::stop() {
    return service_->stop();
}

std::unique_ptr<Service> RunningService::serve(std::shared_ptr<Factory> factory) {
    served_ = metered(figures_, counted_, under(spec_.policies, reactor_, std::move(factory)));
    auto servers = std::make_unique<ServiceGroup>();
    for (const Endpoint& endpoint : spec_.listen) {
        servers->add(std::make_unique<AnnouncedServer>(reactor_, network_, endpoint, served_,
                                                       spec_.name, announce_));
    }
    return servers;
}

} // namespace hawser::runner
