// SPDX-License-Identifier: MIT
#include <hawser/protocols/token_bucket.h>

#include <algorithm>

namespace hawser {

namespace {

using Count = std::chrono::nanoseconds::rep;

constexpr std::size_t most = 1'000'000'000; // so that the times below fit into a Count

} // namespace

TokenBucket::TokenBucket(std::size_t per_second, std::size_t burst) noexcept
    : period_(per_second == 0 ? 0 : static_cast<Count>((most - 1) / per_second + 1)),
      slack_(period_ * static_cast<Count>(std::clamp<std::size_t>(burst, 1, most) - 1)) {}

std::chrono::nanoseconds TokenBucket::take(Clock::time_point now) noexcept {
    full_ = std::max(full_, now) + period_;
    return std::max(full_ - now - slack_, std::chrono::nanoseconds::zero());
}

} // namespace hawser
