// SPDX-License-Identifier: MIT
#include "running_service.h"

#include "announced_server.h"
#include "exit_code.h"
#include "proxied.h"

#include <hawser/core/endpoint_kind.h>
#include <hawser/core/service_group.h>
#include <hawser/protocols/limit.h>
#include <hawser/protocols/timeout.h>

#include <fmt/format.h>

#include <exception>
#include <system_error>
#include <utility>

namespace hawser::runner {

namespace {

// What is known of a client: behind a proxy, when its header has come.
std::shared_ptr<Factory> for_each_client(const ServicePolicies& policies, Clock& clock,
                                         std::shared_ptr<Factory> factory) {
    if (policies.idle_timeout > std::chrono::milliseconds::zero()) {
        const Timeouts timeouts{.read = policies.idle_timeout, .write = policies.idle_timeout};
        factory = timeout(clock, timeouts, std::move(factory));
    }
    if (policies.max_per_peer > 0) {
        factory = limit_per_peer(policies.max_per_peer, std::move(factory));
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
    factory = for_each_client(spec_.policies, reactor_, std::move(factory));
    const std::size_t most = spec_.policies.max_connections;
    const auto all = most > 0 ? limit(most, factory) : nullptr;
    auto servers = std::make_unique<ServiceGroup>();
    for (const Endpoint& endpoint : spec_.listen) {
        network_.kinds().check(endpoint);
        // Counted from the first on: a peer that has sent no header yet takes room too.
        auto served = behind_proxies(endpoint, reactor_, factory);
        served_.push_back(
            metered(figures_, counted_, all ? share_limit(all, std::move(served)) : served));
        servers->add(std::make_unique<AnnouncedServer>(
            reactor_, network_, without_proxies(endpoint), served_.back(), spec_.name, announce_));
    }
    return servers;
}

std::size_t RunningService::connections() const noexcept {
    std::size_t count = 0;
    for (const auto& served : served_) {
        count += served->connections();
    }
    return count;
}

} // namespace hawser::runner
