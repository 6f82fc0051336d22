// SPDX-License-Identifier: MIT
#include <hawser/protocols/idle_timeout.h>

#include <utility>

namespace hawser {

IdleTimeout::IdleTimeout(Clock& clock, UniqueFunction<void()> timed_out)
    : clock_(clock), timed_out_(std::make_shared<UniqueFunction<void()>>(std::move(timed_out))) {}

IdleTimeout::~IdleTimeout() = default;

IdleTimeout::Period IdleTimeout::set_timeout(Period period) {
    if (!period) {
        timer_.cancel();
    } else if (timer_.active()) {
        timer_.reset(*period);
    } else {
        timer_ = clock_.call_later(*period, [timed_out = timed_out_] { (*timed_out)(); });
    }
    return std::exchange(period_, period);
}

void IdleTimeout::reset_timeout() {
    if (period_) {
        timer_.reset(*period_);
    }
}

} // namespace hawser
