// SPDX-License-Identifier: MIT
#include "meter.h"

namespace hawser {

using std::chrono::nanoseconds;

Meter::Meter(Clock& clock, std::size_t rate) noexcept
    : clock_(clock), rate_(rate), bucket_(rate, rate) {}

void Meter::moved(Waiter& mover, std::size_t count) {
    if (rate_ == 0 || count == 0) {
        return;
    }
    const nanoseconds wait = bucket_.take(clock_.now(), count);
    if (wait > nanoseconds::zero()) {
        hold(mover, wait);
    }
}

void Meter::join(Waiter& newcomer) {
    const nanoseconds wait = bucket_.take(clock_.now(), 0);
    if (!waiting_.empty() || wait > nanoseconds::zero()) {
        hold(newcomer, wait);
    }
}

void Meter::hold(Waiter& waiter, nanoseconds wait) {
    if (!waiter.listed()) {
        waiting_.push_back(waiter);
        waiter.hold();
    }
    if (!timer_.active()) {
        timer_ = clock_.call_later(wait, [this] { serve(); });
    }
}

/// One at a time, each in a turn of its own: it is not known how much it will move.
void Meter::serve() {
    const nanoseconds wait = bucket_.take(clock_.now(), 0);
    if (wait == nanoseconds::zero() && !waiting_.empty()) {
        waiting_.pop_front().go_on();
    }
    if (!waiting_.empty() && !timer_.active()) {
        timer_ = clock_.call_later(wait, [this] { serve(); });
    }
}

} // namespace hawser
