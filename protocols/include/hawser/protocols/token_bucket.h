// SPDX-License-Identifier: MIT
/// \file
/// TokenBucket, how often somebody may do something: a rate, and a burst above it.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hawser {

/// Holds up to \p burst tokens, full at first, and gets \p per_second of them a second: exactly,
/// over any time.
class HAWSER_API TokenBucket {
public:
    /// \p per_second 0: no limit. A \p burst of 0 counts as 1; of each, what is over four thousand
    /// million does not count.
    TokenBucket(std::size_t per_second, std::size_t burst) noexcept;

    /// Takes \p count tokens. Returns how long it is until there is another: zero when there is one
    /// now. Who waits that long before the next call is never over the rate, except by what is over
    /// one in \p count; who does not goes into debt, and is told to wait longer.
    std::chrono::nanoseconds take(Clock::time_point now, std::size_t count = 1) noexcept;

private:
    // In thousand millionths of a token: as many come in a nanosecond as tokens in a second.
    std::int64_t rate_;        // 0: no limit
    std::int64_t slack_;       // all but one of the tokens
    std::int64_t missing_ = 0; // to a full bucket, at that time:
    Clock::time_point at_;
};

} // namespace hawser
