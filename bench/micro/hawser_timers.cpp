// SPDX-License-Identifier: MIT
// What a timer costs when there are a million of them.
#include "timers.h"

#include <hawser/core/timer.h>
#include <hawser/reactor/reactor.h>

int main() {
    const timers::Delays delays = timers::delays();
    hawser::Reactor reactor;
    std::vector<hawser::Timer> running(timers::count);
    std::size_t fired = 0;
    const auto schedule = [&](auto delay_of) {
        for (std::size_t i = 0; i < timers::count; ++i) {
            running[i] = reactor.call_later(delay_of(i), [&] {
                if (++fired == timers::count) {
                    reactor.stop();
                }
            });
        }
    };
    // From inside the loop, as a server does it: there the time is looked up once a turn.
    reactor.when_running([&] {
        timers::measure("schedule", [&] { schedule([&](std::size_t i) { return delays[i]; }); });
        timers::measure("push back", [&] {
            for (std::size_t i = 0; i < timers::count; ++i) {
                running[i].reset(delays[i] + std::chrono::minutes(1));
            }
        });
        timers::measure("cancel", [&] {
            for (hawser::Timer& timer : running) {
                timer.cancel();
            }
        });
        reactor.stop();
    });
    reactor.run();
    timers::measure("schedule and fire", [&] {
        reactor.when_running(
            [&] { schedule([](std::size_t) { return std::chrono::seconds(0); }); });
        reactor.run();
    });
}
