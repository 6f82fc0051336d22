// SPDX-License-Identifier: MIT
/// \file
/// TokenBucket, how often somebody may do something: a rate, and a burst above it.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>

#include <chrono>
#include <cstddef>

namespace hawser {

/// Holds up to \p burst tokens, full at first, and gets \p per_second of them a second.
class HAWSER_API TokenBucket {
public:
    /// \p per_second 0: no limit. A \p burst of 0 counts as 1.
    TokenBucket(std::size_t per_second, std::size_t burst) noexcept;

    /// Takes a token. Returns how long it is until there is another: zero when there is one now.
    /// Who waits that long before the next call is never over the rate; who does not goes into
    /// debt, and is told to wait longer.
    std::chrono::nanoseconds take(Clock::time_point now) noexcept;

private:
    std::chrono::nanoseconds period_; // between two tokens
    std::chrono::nanoseconds slack_;  // the time in which all but one of the tokens come
    Clock::time_point full_;          // when the bucket is full again
};

} // namespace hawser
