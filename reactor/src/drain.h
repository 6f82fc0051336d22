// SPDX-License-Identifier: MIT
/// \file
/// Drain, how a Loop ends its conversations in good order.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/timer.h>
#include <hawser/reactor/drain.h>

#include <chrono>
#include <vector>

namespace hawser::detail {

class Loop;

class Drain {
public:
    explicit Drain(Loop& loop) noexcept : loop_(loop) {}

    /// Begins; or brings the deadline of one that goes on forward.
    void begin(std::chrono::milliseconds deadline);
    Deferred<DrainReport> report();
    [[nodiscard]] bool active() const noexcept { return phase_ != Phase::none; }

    /// Does what can be done now; from the loop, before it sleeps. True: the loop must not sleep.
    bool step() noexcept;

    /// Whether step() has something to do.
    [[nodiscard]] bool due() const noexcept;

    void end() noexcept; ///< The loop ends.

private:
    enum class Phase : unsigned char {
        none,
        listeners,   // from the loop, listeners close
        connections, // every connection was told to send its queue and close
    };

    void tell_connections() noexcept;
    void reset_all() noexcept; // the deadline has passed
    void finish() noexcept;

    Loop& loop_;
    Phase phase_ = Phase::none;
    bool served_ = false; // it has closed a listener
    bool late_ = false;   // the deadline has passed
    Clock::time_point deadline_{};
    Timer timer_;
    DrainReport report_;
    std::vector<Promise<DrainReport>> waiting_;
};

} // namespace hawser::detail
