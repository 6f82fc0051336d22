// SPDX-License-Identifier: MIT
#include "guard.h"

#include <hawser/core/timer.h>
#include <hawser/reactor/reactor.h>

#include <chrono>
#include <cstddef>
#include <vector>

void guards::timers() {
    constexpr std::size_t count = 100'000;
    hawser::Reactor reactor;
    std::vector<hawser::Timer> timers(count);
    // From inside the loop, as an idle timeout is: there the time is looked up once a turn.
    reactor.when_running([&] {
        for (std::size_t i = 0; i < count; ++i) {
            timers[i] = reactor.call_later(std::chrono::milliseconds(60'000 + i * 7919 % count),
                                           [&] { require(false, "a timer that was pushed back"); });
        }
        measured([&] {
            for (std::size_t i = 0; i < count; ++i) {
                timers[i].reset(std::chrono::milliseconds(200'000));
            }
        });
        reactor.stop();
    });
    reactor.run();
}
