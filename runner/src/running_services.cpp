// SPDX-License-Identifier: MIT
#include "running_services.h"

#include "plugins.h"
#include "reload_plan.h"
#include "trial.h"

#include <hawser/core/error.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

namespace hawser::runner {

namespace {

constexpr std::chrono::seconds look_interval{1};

/// A service that the group does not own: it outlives its membership while it has connections.
class Member final : public Service {
public:
    explicit Member(Service& service) noexcept : service_(service) {}

    void privileged_start() override { service_.privileged_start(); }
    void start() override { service_.start(); }
    [[nodiscard]] Deferred<> stop() override { return service_.stop(); }

private:
    Service& service_;
};

} // namespace

RunningServices::RunningServices(const Plugins& plugins, Reactor& reactor, Network& network,
                                 Figures& figures, std::span<const ServiceSpec> services,
                                 LogLevel announce)
    : plugins_(plugins), reactor_(reactor), network_(reactor, network), figures_(figures),
      announce_(announce) {
    bring_kinds(reactor_, plugins_);
    for (const ServiceSpec& spec : services) {
        running_.push_back(make(spec));
        join(running_.back());
    }
}

RunningServices::~RunningServices() = default;

void RunningServices::privileged_start() {
    group_.privileged_start();
}

void RunningServices::start() {
    group_.start();
}

Deferred<> RunningServices::stop() {
    stopping_ = true;
    return group_.stop();
}

ServiceChanges RunningServices::change_to(std::span<const ServiceSpec> wanted) {
    if (stopping_) {
        throw Error(Errc::not_running, "cannot change the services while they stop");
    }
    std::vector<ServiceSpec> specs;
    for (const Running& running : running_) {
        specs.push_back(running.service->spec());
    }
    const ReloadPlan plan = plan_reload(specs, wanted);

    std::vector<Running> fresh;
    ServiceChanges changes;
    network_.begin_reload();
    try {
        for (const std::size_t i : plan.start) {
            fresh.push_back(make(wanted[i]));
            changes.started.push_back(wanted[i].name);
        }
        for (Running& running : fresh) {
            join(running);
        }
    } catch (...) {
        while (!fresh.empty()) {
            retire(std::move(fresh.back()));
            fresh.pop_back();
        }
        throw;
    }
    for (auto at = plan.stop.rbegin(); at != plan.stop.rend(); ++at) {
        changes.stopped.push_back(specs[*at].name);
        retire(std::move(running_[*at]));
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(*at));
    }
    std::move(fresh.begin(), fresh.end(), std::back_inserter(running_));
    return changes;
}

RunningServices::Running RunningServices::make(const ServiceSpec& spec) {
    return {std::make_unique<RunningService>(plugins_.load(spec.plugin), spec, reactor_, network_,
                                             figures_, announce_)};
}

// Starts it if the others run.
void RunningServices::join(Running& running) {
    running.member = &group_.add(std::make_unique<Member>(*running.service));
}

void RunningServices::retire(Running running) {
    if (running.member == nullptr) {
        return;
    }
    retired_.push_back(std::make_unique<Retired>());
    Retired& retired = *retired_.back();
    retired.service = std::move(running.service);
    retired.stopping =
        group_.remove(*running.member)
            .recover([name = retired.service->spec().name](const std::exception_ptr& error) {
                log(LogLevel::warning, name, "did not stop well: " + message_of(error));
            })
            .then([&retired] { retired.stopped = true; });
    if (!look_.active()) {
        look_ = reactor_.call_later(look_interval, [this] { forget_ended(); });
    }
}

void RunningServices::forget_ended() {
    std::erase_if(retired_, [](const auto& retired) {
        return retired->stopped && retired->service->connections() == 0;
    });
    if (!retired_.empty()) {
        look_ = reactor_.call_later(look_interval, [this] { forget_ended(); });
    }
}

} // namespace hawser::runner
