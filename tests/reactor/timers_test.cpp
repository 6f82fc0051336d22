// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"
#include "system_calls.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;
using hawser::Timer;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST_SUITE_BEGIN("Reactor: timers");

TEST_CASE("calls run in the order of their times, then of their scheduling") {
    Reactor reactor(no_signals());
    std::string order;
    std::vector<Timer> timers;
    const auto schedule = [&](milliseconds delay, char name) {
        timers.push_back(reactor.call_later(delay, [&order, name] { order += name; }));
    };
    schedule(milliseconds(4), 'd');
    schedule(milliseconds(2), 'b');
    schedule(milliseconds(4), 'e');
    schedule(milliseconds(0), 'a');
    schedule(milliseconds(2), 'c');

    CHECK(turn_until(reactor, [&] { return order.size() == timers.size(); }));

    CHECK(order == "abcde");
}

TEST_CASE("a call never runs before its time, also when the loop sleeps for it") {
    Reactor reactor(no_signals());
    const auto begin = reactor.now();
    hawser::Clock::time_point ran;
    const auto timer = reactor.call_later(milliseconds(20), [&] { ran = reactor.now(); });

    CHECK(turn_until(reactor, [&] { return !timer.active(); }));

    CHECK(ran - begin >= milliseconds(20));
}

TEST_CASE("setting the computer's clock moves no call") {
    for (const std::time_t step : {3600, -3600}) {
        CAPTURE(step);
        Reactor reactor(no_signals());
        const auto wall_clock = std::chrono::system_clock::now();
        const auto begin = std::chrono::steady_clock::now();
        const auto timer = reactor.call_later(milliseconds(20), [] {});
        const auto later = reactor.call_later(std::chrono::minutes(30), [] {});

        system_calls.wall_clock_ahead = step;
        const bool ran = turn_until(reactor, [&] { return !timer.active(); });
        const bool stepped = (std::chrono::system_clock::now() > wall_clock) == (step > 0);
        system_calls.wall_clock_ahead = 0;

        CHECK(stepped);
        CHECK(ran);
        CHECK(std::chrono::steady_clock::now() - begin >= milliseconds(19)); // of a turn's start
        CHECK(later.active());
    }
}

TEST_CASE("a call without delay runs in a later turn, not inside the callback that asks") {
    Reactor reactor(no_signals());
    std::string order;
    Timer inner;
    const auto outer = reactor.call_later(nanoseconds::zero(), [&] {
        order += '(';
        inner = reactor.call_later(nanoseconds::zero(), [&] { order += '*'; });
        order += ')';
    });

    CHECK(turn_until(reactor, [&] { return order.size() == 3; }));

    CHECK(order == "()*");
}

TEST_CASE("a call that schedules itself without delay does not starve the sockets") {
    Reactor reactor(no_signals());
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    peer.send("still there?");
    Timer again;
    std::function<void()> forever = [&] {
        again = reactor.call_later(nanoseconds::zero(), forever);
    };
    forever();

    CHECK(turn_until(reactor, [&] {
        peer.pump();
        return peer.seen() == "still there?";
    }));
}

TEST_CASE("an exception from a scheduled call is reported, and the next one runs") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    const auto first =
        reactor.call_later(nanoseconds::zero(), [] { throw std::runtime_error("tripped"); });
    bool called = false;
    const auto second = reactor.call_later(nanoseconds::zero(), [&] { called = true; });

    CHECK(turn_until(reactor, [&] { return called; }));

    CHECK(log.count("error reactor: a scheduled call threw: tripped") == 1);
}

TEST_CASE("a canceled, dropped or pushed back call does not run at its old time") {
    Reactor reactor(no_signals());
    std::string order;
    Timer canceled = reactor.call_later(milliseconds(1), [&] { order += 'c'; });
    Timer dropped = reactor.call_later(milliseconds(1), [&] { order += 'd'; });
    Timer pushed_back = reactor.call_later(milliseconds(1), [&] { order += 'p'; });
    const auto last = reactor.call_later(milliseconds(5), [&] { order += 'l'; });

    canceled.cancel();
    dropped = Timer();
    pushed_back.reset(milliseconds(10));

    CHECK(turn_until(reactor, [&] { return order.size() == 2; }));
    CHECK(order == "lp");
}

TEST_CASE("a call brought forward wakes the loop in time") {
    Reactor reactor(no_signals());
    Timer timer = reactor.call_later(patience * 10, [&] { reactor.stop(); });
    const auto hurry = reactor.call_later(milliseconds(1), [&] { timer.reset(milliseconds(1)); });

    CHECK(runs(reactor));
}

TEST_CASE("a call may drop its own Timer, and the ones due with it") {
    Reactor reactor(no_signals());
    std::vector<Timer> timers;
    int called = 0;
    for (int i = 0; i < 3; ++i) {
        timers.push_back(reactor.call_later(nanoseconds::zero(), [&] {
            ++called;
            timers.clear();
        }));
    }

    turn_a_little(reactor);

    CHECK(called == 1);
}

TEST_CASE("a negative delay is refused") {
    Reactor reactor(no_signals());
    CHECK_THROWS_AS((void)reactor.call_later(nanoseconds(-1), [] {}), hawser::Error);
}

TEST_SUITE_END();
