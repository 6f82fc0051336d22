// SPDX-License-Identifier: MIT
#include "life_cycle.h"

#include "loop.h"

#include <fmt/format.h>

#include <cassert>
#include <utility>

namespace hawser {

std::string_view to_string(SystemEvent event) noexcept {
    switch (event) {
    case SystemEvent::before_startup: return "before_startup";
    case SystemEvent::during_startup: return "during_startup";
    case SystemEvent::after_startup: return "after_startup";
    case SystemEvent::before_shutdown: return "before_shutdown";
    case SystemEvent::during_shutdown: return "during_shutdown";
    case SystemEvent::after_shutdown: return "after_shutdown";
    }
    return "unknown";
}

namespace detail {

namespace {

/// Calls \p visit with each of \p calls that none of them has removed, and what it returns.
template <class Visit>
void fire_each(TriggerCalls& calls, SystemEvent event, Visit visit) {
    const std::string what = fmt::format("a {} trigger", to_string(event));
    TriggerCalls now;
    now.splice(calls);
    while (!now.empty()) {
        TriggerCall& call = now.pop_front();
        calls.push_back(call);
        bool gone = false;
        Deferred<> done = call.fire(what, gone).recover([what](const std::exception_ptr& error) {
            log(LogLevel::error, "reactor", what + " failed: " + message_of(error));
        });
        if (!gone) {
            visit(call, std::move(done));
        }
    }
}

} // namespace

void LifeCycle::start() {
    assert(idle());
    fire(SystemEvent::before_startup);
    phase_ = Phase::running;
    fire(SystemEvent::during_startup);
    fire(SystemEvent::after_startup);
    for (UniqueFunction<void()>& call : std::exchange(when_running_, {})) {
        loop_.call_from_thread(std::move(call));
        loop_.armed();
    }
}

void LifeCycle::when_running(UniqueFunction<void()> call) {
    if (idle()) {
        when_running_.push_back(std::move(call));
    } else {
        loop_.call_from_thread(std::move(call));
        loop_.armed();
    }
}

Trigger LifeCycle::add(SystemEvent event, UniqueFunction<Deferred<>()> call) {
    auto made = std::make_unique<TriggerCall>(std::move(call));
    calls_[static_cast<std::size_t>(event)].push_back(*made);
    return Trigger(std::move(made));
}

void LifeCycle::stop() {
    if (stopped()) {
        throw Error(Errc::not_running, "cannot stop");
    }
    if (calls_[static_cast<std::size_t>(SystemEvent::before_shutdown)].empty()) {
        begin_drain();
    } else {
        phase_ = Phase::asked;
        loop_.armed();
    }
}

void LifeCycle::signaled() {
    if (!stopped()) {
        stop();
        return;
    }
    if (running()) {
        give_up_waiting();
        begin_drain();
    }
    loop_.drain().begin(std::chrono::milliseconds::zero());
}

void LifeCycle::begin_drain() {
    phase_ = Phase::stopping;
    loop_.drain().begin(loop_.options().drain_timeout); // so that nothing new begins
}

bool LifeCycle::step() noexcept {
    if (phase_ == Phase::asked) {
        fire_and_wait();
    }
    if (phase_ == Phase::waiting && undone() == 0) {
        deadline_.cancel();
        begin_drain();
    }
    if (phase_ == Phase::stopping) {
        phase_ = Phase::draining;
        fire(SystemEvent::during_shutdown);
    }
    const bool more = loop_.drain().step();
    if (phase_ == Phase::draining && !loop_.drain().active()) {
        fire(SystemEvent::after_shutdown);
        phase_ = Phase::idle;
        loop_.stopped();
    }
    return more;
}

bool LifeCycle::due() noexcept {
    switch (phase_) {
    case Phase::asked:
    case Phase::stopping: return true;
    case Phase::waiting: return undone() == 0;
    case Phase::draining: return !loop_.drain().active() || loop_.drain().due();
    default: return loop_.drain().due();
    }
}

void LifeCycle::fire(SystemEvent event) {
    fire_each(calls_[static_cast<std::size_t>(event)], event, [](TriggerCall&, Deferred<> done) {
        std::move(done).detach([](const std::exception_ptr&) {}); // it was reported
    });
}

void LifeCycle::fire_and_wait() noexcept {
    phase_ = Phase::waiting;
    constexpr auto event = SystemEvent::before_shutdown;
    fire_each(calls_[static_cast<std::size_t>(event)], event,
              [this](TriggerCall& call, Deferred<> done) { call.keep(std::move(done), loop_); });
    deadline_ = loop_.timers().add(loop_.options().drain_timeout, [this] { give_up_waiting(); });
}

std::size_t LifeCycle::undone() noexcept {
    std::size_t count = 0;
    calls_[static_cast<std::size_t>(SystemEvent::before_shutdown)].for_each(
        [&](const TriggerCall& call) { count += call.under_way() ? 1 : 0; });
    return count;
}

void LifeCycle::give_up_waiting() noexcept {
    deadline_.cancel();
    if (const std::size_t left = undone(); left > 0) {
        log(LogLevel::warning, "reactor",
            fmt::format("stopping without what before_shutdown triggers had still to do: {}",
                        left));
    }
    let_go();
}

void LifeCycle::let_go() noexcept {
    std::vector<Deferred<>> dropped; // at the end: one that goes may drop the triggers of others
    calls_[static_cast<std::size_t>(SystemEvent::before_shutdown)].for_each(
        [&](TriggerCall& call) { dropped.push_back(call.let_go()); });
}

void LifeCycle::end() noexcept {
    phase_ = Phase::idle;
    deadline_.cancel();
    when_running_.clear();
    let_go();
    for (TriggerCalls& calls : calls_) {
        calls.for_each([](TriggerCall& call) { call.leave(); });
    }
}

Trigger add_trigger(Reactor& reactor, SystemEvent event, UniqueFunction<Deferred<>()> call) {
    return loop_of(reactor).life_cycle().add(event, std::move(call));
}

} // namespace detail

} // namespace hawser
