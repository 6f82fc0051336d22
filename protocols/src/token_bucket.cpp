// SPDX-License-Identifier: MIT
#include <hawser/protocols/token_bucket.h>

#include <algorithm>
#include <limits>

namespace hawser {

namespace {

constexpr std::int64_t token = 1'000'000'000;
constexpr std::size_t most = 4'000'000'000; // so that what is missing fits, with as much again
constexpr std::int64_t most_missing = std::numeric_limits<std::int64_t>::max() / 2;

std::int64_t tokens(std::size_t count) noexcept {
    return static_cast<std::int64_t>(std::min(count, most)) * token;
}

} // namespace

TokenBucket::TokenBucket(std::size_t per_second, std::size_t burst) noexcept
    : rate_(static_cast<std::int64_t>(std::min(per_second, most))),
      slack_(tokens(std::max<std::size_t>(burst, 1)) - token) {}

std::chrono::nanoseconds TokenBucket::take(Clock::time_point now, std::size_t count) noexcept {
    using std::chrono::nanoseconds;
    if (rate_ == 0) {
        return nanoseconds::zero();
    }
    const nanoseconds passed = now - at_;
    at_ = now;
    missing_ = passed.count() > missing_ / rate_ ? 0 : missing_ - passed.count() * rate_;
    missing_ = std::min(missing_, most_missing) + tokens(count);
    const std::int64_t over = std::max<std::int64_t>(missing_ - slack_, 0);
    return nanoseconds((over + rate_ - 1) / rate_);
}

} // namespace hawser
