// SPDX-License-Identifier: MIT
#include <hawser/testing/manual_clock.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace hawser::testing {

namespace {

std::chrono::milliseconds whole(Clock::time_point time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
}

} // namespace

ManualClock::ManualClock() : now_(std::chrono::hours(1)), calls_(*this) {}
ManualClock::~ManualClock() = default;

Clock::time_point ManualClock::now() const noexcept {
    return time_point(whole(now_));
}

Timer ManualClock::call_later(std::chrono::nanoseconds delay, UniqueFunction<void()> call) {
    return calls_.add(delay, std::move(call));
}

void ManualClock::advance(std::chrono::nanoseconds duration) {
    assert(duration >= std::chrono::nanoseconds::zero());
    const time_point end = now_ + std::chrono::duration_cast<time_point::duration>(duration);
    for (;;) {
        // What is due at this time; what that schedules for the same time waits for the end.
        const std::uint64_t mark = calls_.mark();
        while (UniqueFunction<void()> call = calls_.take_due_before(whole(now_), mark)) {
            call();
        }
        const auto next = calls_.next();
        if (!next || *next > whole(end)) {
            break;
        }
        if (*next <= whole(now_)) { // scheduled just now, without delay: with the next step
            if (now_ >= end) {
                return;
            }
            now_ = std::min(end, now_ + std::chrono::milliseconds(1));
            continue;
        }
        now_ = time_point(*next);
    }
    now_ = std::max(now_, end); // a call may have advanced it too
}

std::optional<std::chrono::nanoseconds> ManualClock::until_next() const noexcept {
    const auto next = calls_.next();
    return next
               ? std::optional<std::chrono::nanoseconds>(std::max(*next, whole(now_)) - whole(now_))
               : std::nullopt;
}

} // namespace hawser::testing
