// SPDX-License-Identifier: MIT
#include <hawser/core/timer.h>

#include <hawser/core/clock.h>

#include <utility>

namespace hawser {

Clock::~Clock() = default;

Timer::Call::~Call() = default;

Timer::Timer() noexcept = default;
Timer::Timer(std::unique_ptr<Call> call) noexcept : call_(std::move(call)) {}
Timer::Timer(Timer&& other) noexcept = default;
Timer& Timer::operator=(Timer&& other) noexcept = default;
Timer::~Timer() = default;

void Timer::reset(std::chrono::nanoseconds delay) {
    if (call_) {
        call_->reset(delay);
    }
}

void Timer::cancel() noexcept {
    if (call_) {
        call_->cancel();
    }
}

bool Timer::active() const noexcept {
    return call_ && call_->active();
}

} // namespace hawser
