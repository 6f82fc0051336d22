// SPDX-License-Identifier: MIT
// How long a supervisor waits before it starts a program again.
#pragma once

#include <hawser/core/clock.h>

#include <algorithm>
#include <chrono>

// A program that ends within a second is started again after 1, 2, 4, 8 ... seconds, up to an
// hour; one that has run for longer, at once.
class RestartDelay {
public:
    explicit RestartDelay(const hawser::Clock& clock) : clock_(clock) {}

    void started() { started_ = clock_.now(); }

    std::chrono::seconds ended() {
        if (clock_.now() - started_ > std::chrono::seconds(1)) {
            next_ = std::chrono::seconds(1);
            return std::chrono::seconds(0);
        }
        const std::chrono::seconds wait = next_;
        next_ = std::min<std::chrono::seconds>(next_ * 2, std::chrono::hours(1));
        return wait;
    }

private:
    const hawser::Clock& clock_;
    hawser::Clock::time_point started_{};
    std::chrono::seconds next_{1};
};
