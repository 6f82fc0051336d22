// SPDX-License-Identifier: MIT
/// \file
/// ManualClock, time that moves when a test says so.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/timer_queue.h>

#include <chrono>
#include <cstddef>
#include <optional>

namespace hawser::testing {

/// Starts at one hour, so that a test may look back.
class HAWSER_API ManualClock final : public Clock {
public:
    ManualClock();
    ~ManualClock() override;

    [[nodiscard]] time_point now() const noexcept override; ///< In whole milliseconds.
    [[nodiscard]] Timer call_later(std::chrono::nanoseconds delay,
                                   UniqueFunction<void()> call) override;

    /// Moves time on by \p duration, not negative, making each call at its time, in order. A call
    /// scheduled on the way without delay runs a millisecond later, as in a later turn of a loop,
    /// so one that schedules itself anew does not run for ever. An exception from a call leaves
    /// here; time then stands where it was thrown, and the other calls are still to come.
    void advance(std::chrono::nanoseconds duration);

    /// How long until the next call is due, or less when a call was pushed back; null when none is
    /// scheduled.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> until_next() const noexcept;
    /// How many calls are scheduled.
    [[nodiscard]] std::size_t scheduled() const noexcept { return calls_.size(); }

private:
    time_point now_; // may stand between two milliseconds
    TimerQueue calls_;
};

} // namespace hawser::testing
