// SPDX-License-Identifier: MIT
#include <hawser/core/timer_service.h>

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Promise;
using hawser::TimerService;
using hawser::testing::LogCapture;
using hawser::testing::ManualClock;

using namespace std::chrono_literals;

TEST_SUITE_BEGIN("TimerService");

TEST_CASE("the call is made from start to stop, the first as soon as the loop turns") {
    ManualClock clock;
    int calls = 0;
    TimerService timer(clock, 10s, [&] { ++calls; });
    clock.advance(1h);
    CHECK(calls == 0);

    timer.start();
    CHECK(calls == 0);
    clock.advance(25s);
    CHECK(calls == 3);
    const Deferred<> stopped = timer.stop();

    CHECK(stopped.settled());
    clock.advance(1h);
    CHECK(calls == 3);
    timer.start(); // anew
    clock.advance(0s);
    CHECK(calls == 4);
}

TEST_CASE("stop waits for a call that has not ended, whoever asks") {
    ManualClock clock;
    std::optional<Promise<>> body;
    TimerService timer(clock, 10s, [&] { return body.emplace().deferred(); });
    timer.start();
    clock.advance(0s);

    const Deferred<> first = timer.stop();
    const Deferred<> second = timer.stop();
    CHECK_FALSE(first.settled());
    body->resolve();

    CHECK(first.settled());
    CHECK(second.settled());
    clock.advance(1h);
    CHECK_FALSE(body->wanted());
}

TEST_CASE("a call that throws or fails is logged, and comes again") {
    const LogCapture log;
    ManualClock clock;
    int calls = 0;
    TimerService timer(clock, 10s, [&]() -> Deferred<> {
        if (++calls == 1) {
            throw std::runtime_error("disk full");
        }
        return Deferred<>::fail(std::make_error_code(std::errc::io_error), "writing");
    });

    timer.start();
    clock.advance(10s);

    CHECK(calls == 2);
    CHECK(log.lines() == std::vector<std::string>{
                             "error timer_service: a call failed: disk full",
                             "error timer_service: a call failed: writing: input/output error",
                         });
    CHECK(timer.stop().settled());
}

TEST_CASE("a call may take the ticks that it stands for") {
    ManualClock clock;
    std::vector<std::uint64_t> ticks;
    std::optional<Promise<>> body;
    TimerService timer(clock, 10s, [&](std::uint64_t count) {
        ticks.push_back(count);
        return body.emplace().deferred();
    });

    timer.start();
    clock.advance(25s); // the body takes so long
    body->resolve();
    clock.advance(5s);

    CHECK(ticks == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE("starting what runs, and stopping what does not, does nothing") {
    ManualClock clock;
    int calls = 0;
    TimerService timer(clock, 10s, [&] { ++calls; });
    CHECK(timer.stop().settled());

    timer.start();
    timer.start();
    clock.advance(0s);

    CHECK(calls == 1);
}

TEST_CASE("started while it stops, the call that is waited for is canceled") {
    ManualClock clock;
    int canceled = 0;
    std::optional<Promise<>> body;
    TimerService timer(clock, 10s, [&] {
        body.emplace();
        body->on_cancel([&] { ++canceled; });
        return body->deferred();
    });
    timer.start();
    clock.advance(0s);
    const Deferred<> stopped = timer.stop();

    timer.start();

    CHECK(stopped.settled());
    CHECK(canceled == 1);
}

TEST_CASE("a service that goes takes the call that is waited for along") {
    ManualClock clock;
    bool canceled = false;
    Promise<> body;
    body.on_cancel([&] { canceled = true; });
    auto timer = std::make_unique<TimerService>(clock, 10s, [&] { return body.deferred(); });
    timer->start();
    clock.advance(0s);

    timer.reset();

    CHECK(canceled);
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("an interval below zero is an error of start") {
    ManualClock clock;
    TimerService timer(clock, -1ns, [] {});

    CHECK_THROWS_WITH(timer.start(), "cannot call every -1 ns: invalid argument");
    CHECK(timer.stop().settled());
}

TEST_SUITE_END();
