// SPDX-License-Identifier: MIT
// What hawser_timers.cpp measures, with Asio's steady_timer.
#include "timers.h"

#include <asio.hpp>

int main() {
    const timers::Delays delays = timers::delays();
    asio::io_context context(1);
    std::vector<asio::steady_timer> running;
    running.reserve(timers::count);
    for (std::size_t i = 0; i < timers::count; ++i) {
        running.emplace_back(context);
    }
    std::size_t fired = 0;
    const auto schedule = [&](auto delay_of) {
        for (std::size_t i = 0; i < timers::count; ++i) {
            running[i].expires_after(delay_of(i));
            running[i].async_wait([&fired](const asio::error_code& error) { fired += !error; });
        }
    };
    timers::measure("schedule", [&] { schedule([&](std::size_t i) { return delays[i]; }); });
    // Its handlers are called for the old time, to say that it is off: that is part of the price.
    timers::measure("push back", [&] {
        schedule([&](std::size_t i) { return delays[i] + std::chrono::minutes(1); });
        context.poll();
    });
    timers::measure("cancel", [&] {
        for (asio::steady_timer& timer : running) {
            timer.cancel();
        }
        context.poll();
    });
    context.restart();
    timers::measure("schedule and fire", [&] {
        schedule([](std::size_t) { return std::chrono::milliseconds(0); });
        context.run();
    });
    return fired == timers::count ? 0 : 1;
}
