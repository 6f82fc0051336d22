// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/testing/log_capture.h>

#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

TEST_SUITE_BEGIN("Reactor: call_from_thread");

TEST_CASE("calls posted before run() are run in order once it runs") {
    Reactor reactor(no_signals());
    std::string order;
    reactor.call_from_thread([&] { order += 'a'; });
    reactor.call_from_thread([&] { order += 'b'; });
    reactor.call_from_thread([&] {
        CHECK(reactor.running());
        reactor.stop();
    });

    CHECK(runs(reactor));

    CHECK(order == "ab");
}

TEST_CASE("a call posted from a callback runs in a later turn") {
    Reactor reactor(no_signals());
    std::string order;
    reactor.call_from_thread([&] {
        order += '(';
        reactor.call_from_thread([&] { order += '*'; });
        order += ')';
    });

    CHECK(turn_until(reactor, [&] { return order.size() == 3; }));

    CHECK(order == "()*");
}

TEST_CASE("an exception from a posted call is reported, and the next one runs") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    bool called = false;
    reactor.call_from_thread([] { throw std::runtime_error("tripped"); });
    reactor.call_from_thread([&] { called = true; });

    CHECK(turn_until(reactor, [&] { return called; }));

    CHECK(log.count("error reactor: a posted call threw: tripped") == 1);
}

TEST_CASE("more calls than a turn takes are all run, in order, and timers have their turn") {
    constexpr int many = 20'000;
    Reactor reactor(no_signals());
    int next = 0;
    int out_of_order = 0;
    int at_timer = 0;
    hawser::Timer timer;
    reactor.call_from_thread([&] {
        timer = reactor.call_later(std::chrono::nanoseconds::zero(), [&] { at_timer = next; });
    });
    for (int i = 0; i < many; ++i) {
        reactor.call_from_thread([&, i] { out_of_order += i == next++ ? 0 : 1; });
    }

    CHECK(turn_until(reactor, [&] { return next == many && !timer.active(); }));

    CHECK(out_of_order == 0);
    CHECK(at_timer > 0);
    CHECK(at_timer < many);
}

TEST_CASE("a call that posts itself for ever starves nobody") {
    Reactor reactor(no_signals());
    int turns = 0;
    std::function<void()> forever = [&] {
        ++turns;
        reactor.call_from_thread(forever);
    };
    forever();
    const auto stop = reactor.call_later(std::chrono::milliseconds(5), [&] { reactor.stop(); });

    CHECK(runs(reactor));

    CHECK(turns > 1);
}

TEST_CASE("calls that were never run are dropped with the reactor") {
    auto kept = std::make_shared<bool>(false);
    Story served;
    {
        const hawser::testing::LogCapture log;
        Reactor reactor(no_signals());
        const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        const RawPeer peer = RawPeer::connect(listener.address());
        REQUIRE(turn_until(reactor, [&] { return served.saw("connection_made"); }));
        reactor.call_from_thread([kept] { *kept = true; });
        reactor.when_running([kept] { *kept = true; });
    }

    // What they capture may be gone: run by the destructor, they could do harm.
    CHECK_FALSE(*kept);
    CHECK(kept.use_count() == 1);
}

TEST_SUITE_END();
