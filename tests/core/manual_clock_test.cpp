// SPDX-License-Identifier: MIT
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Clock;
using hawser::Timer;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("ManualClock");

TEST_CASE("time stands still until it is advanced") {
    ManualClock clock;
    const Clock::time_point start = clock.now();
    CHECK(start == Clock::time_point(1h));

    clock.advance(2s);

    CHECK(clock.now() == start + 2s);
}

TEST_CASE("each call runs at its own time") {
    ManualClock clock;
    const Clock::time_point start = clock.now();
    std::vector<Clock::time_point::duration> at;
    auto note = [&] { at.push_back(clock.now() - start); };
    const Timer b = clock.call_later(20ms, note);
    const Timer a = clock.call_later(10ms, note);
    const Timer c = clock.call_later(31ms, note);

    clock.advance(30ms);

    CHECK(at == std::vector<Clock::time_point::duration>{10ms, 20ms});
    CHECK(clock.scheduled() == 1);
    CHECK(clock.now() == start + 30ms);
}

TEST_CASE("a call runs at its time and not a moment before") {
    ManualClock clock;
    int ran = 0;
    const Timer timer = clock.call_later(10s, [&] { ++ran; });

    clock.advance(9990ms);
    CHECK(ran == 0);
    clock.advance(10ms);

    CHECK(ran == 1);
}

TEST_CASE("a delay is rounded up, the time is told in whole milliseconds, and parts add up") {
    ManualClock clock;
    const Clock::time_point start = clock.now();
    int ran = 0;
    clock.advance(600us);
    CHECK(clock.now() == start);
    const Timer timer = clock.call_later(1ns, [&] { ++ran; });

    clock.advance(399us);
    CHECK(ran == 0);
    clock.advance(1us);

    CHECK(ran == 1);
    CHECK(clock.now() == start + 1ms);
}

TEST_CASE("advancing by nothing makes the calls that are due now") {
    ManualClock clock;
    int ran = 0;
    const Timer timer = clock.call_later(0ms, [&] { ++ran; });
    CHECK(ran == 0); // never before a later turn

    clock.advance(0ms);

    CHECK(ran == 1);
}

TEST_CASE("a call that schedules itself anew without delay runs once a millisecond") {
    ManualClock clock;
    int ran = 0;
    Timer timer;
    std::function<void()> again = [&] {
        ++ran;
        timer = clock.call_later(0ms, again);
    };
    again();

    clock.advance(10ms);

    CHECK(ran == 12); // the first, at 0, and at 1 to 10
    CHECK(clock.scheduled() == 1);
}

TEST_CASE("a call scheduled on the way runs if its time comes") {
    ManualClock clock;
    std::vector<std::string> ran;
    Timer inner;
    const Timer outer = clock.call_later(1ms, [&] {
        ran.emplace_back("outer");
        inner = clock.call_later(2ms, [&] { ran.emplace_back("inner"); });
    });

    clock.advance(2ms);
    CHECK(ran == std::vector<std::string>{"outer"});
    clock.advance(1ms);

    CHECK(ran == std::vector<std::string>{"outer", "inner"});
}

TEST_CASE("an exception leaves advance, time stands there, and the rest is still to come") {
    ManualClock clock;
    const Clock::time_point start = clock.now();
    int ran = 0;
    const Timer throws = clock.call_later(1ms, [] { throw std::runtime_error("oops"); });
    const Timer same_time = clock.call_later(1ms, [&] { ++ran; });
    const Timer later = clock.call_later(2ms, [&] { ++ran; });

    CHECK_THROWS_WITH(clock.advance(10ms), "oops");
    CHECK(clock.now() == start + 1ms);
    CHECK(clock.scheduled() == 2);
    clock.advance(1ms);

    CHECK(ran == 2);
}

TEST_CASE("a call may advance the clock itself: time never goes back") {
    ManualClock clock;
    const Clock::time_point start = clock.now();
    int ran = 0;
    const Timer outer = clock.call_later(1ms, [&] { clock.advance(10ms); });
    const Timer inner = clock.call_later(5ms, [&] { ++ran; });

    clock.advance(2ms);

    CHECK(ran == 1);
    CHECK(clock.now() == start + 11ms);
}

TEST_SUITE_END();
