// SPDX-License-Identifier: MIT
/// \file
/// Clock, what time is it and call me later: implemented by Reactor and testing::ManualClock.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/timer.h>
#include <hawser/core/unique_function.h>

#include <chrono>

namespace hawser {

/// Monotonic time: setting the computer's clock does not move it.
class HAWSER_API Clock {
public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~Clock();

    /// When this turn of the loop began, in whole milliseconds. It does not move while a callback
    /// runs, so asking costs nothing and all calls made in one turn agree.
    [[nodiscard]] virtual time_point now() const noexcept = 0;

    /// Calls \p call once, \p delay after now(), rounded up to whole milliseconds, and never
    /// before a later turn of the loop. Calls for the same time run in the order they were
    /// scheduled. A negative delay throws std::errc::invalid_argument. An exception from
    /// \p call is reported by a Reactor, and leaves ManualClock::advance().
    [[nodiscard]] virtual Timer call_later(std::chrono::nanoseconds delay,
                                           UniqueFunction<void()> call) = 0;
};

} // namespace hawser
