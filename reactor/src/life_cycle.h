// SPDX-License-Identifier: MIT
/// \file
/// LifeCycle, a Loop's start and stop, and who takes part in them.
#pragma once

#include "trigger_call.h"

#include <hawser/core/deferred.h>
#include <hawser/core/timer.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/system_event.h>

#include <array>
#include <cstddef>
#include <vector>

namespace hawser::detail {

class Loop;

class LifeCycle {
public:
    explicit LifeCycle(Loop& loop) noexcept : loop_(loop) {}

    void start();    ///< From idle to running.
    void stop();     ///< Throws unless running; the rest is done by step().
    void signaled(); ///< SIGINT or SIGTERM: stop, then hurry.
    void when_running(UniqueFunction<void()> call);
    Trigger add(SystemEvent event, UniqueFunction<Deferred<>()> call);

    [[nodiscard]] bool idle() const noexcept { return phase_ == Phase::idle; }
    [[nodiscard]] bool running() const noexcept { return !idle() && !ending(); }
    [[nodiscard]] bool stopped() const noexcept { return phase_ != Phase::running; }
    /// From the end of before_shutdown to that of after_shutdown.
    [[nodiscard]] bool ending() const noexcept { return phase_ >= Phase::stopping; }

    /// Does what can be done now; from the loop, before it sleeps. True: the loop must not sleep.
    bool step() noexcept;

    /// Whether step() has something to do.
    [[nodiscard]] bool due() noexcept;

    void end() noexcept; ///< The loop ends.

private:
    enum class Phase : unsigned char {
        idle,
        running,
        asked,    // stop() was called: from the loop, before_shutdown
        waiting,  // for what these calls have returned
        stopping, // from the loop, during_shutdown
        draining,
    };

    void fire(SystemEvent event);
    void fire_and_wait() noexcept;
    void begin_drain();
    [[nodiscard]] std::size_t undone() noexcept; // of what before_shutdown triggers have begun
    void give_up_waiting() noexcept;
    void let_go() noexcept;

    Loop& loop_;
    Phase phase_ = Phase::idle;
    std::vector<UniqueFunction<void()>> when_running_;
    std::array<TriggerCalls, 6> calls_; // of each SystemEvent
    Timer deadline_;
};

} // namespace hawser::detail
