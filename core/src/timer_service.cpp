// SPDX-License-Identifier: MIT
#include <hawser/core/timer_service.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>

namespace hawser {

TimerService::~TimerService() = default;

void TimerService::start() {
    if (!calls_.running()) {
        calls_.start(interval_);
        started_ = true;
    }
}

Deferred<> TimerService::stop() {
    if (!started_) {
        return Deferred<>::succeed();
    }
    Deferred<> end = calls_.finished();
    if (calls_.running()) {
        calls_.stop();
    }
    return end;
}

void TimerService::report(const std::exception_ptr& failure) {
    log(LogLevel::error, "timer_service", "a call failed: " + message_of(failure));
}

} // namespace hawser
