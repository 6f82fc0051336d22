// SPDX-License-Identifier: MIT
#include <hawser/core/timer.h>

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

using hawser::Timer;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("Timer");

TEST_CASE("it is active until its call runs or is canceled") {
    ManualClock clock;
    Timer runs = clock.call_later(1ms, [] {});
    Timer canceled = clock.call_later(1ms, [] {});
    CHECK(runs.active());
    CHECK_FALSE(Timer().active());

    canceled.cancel();
    CHECK_FALSE(canceled.active());
    clock.advance(1ms);
    CHECK_FALSE(runs.active());
}

TEST_CASE("it is not active any more inside its own call") {
    ManualClock clock;
    Timer timer;
    bool active = true;
    timer = clock.call_later(1ms, [&] { active = timer.active(); });

    clock.advance(1ms);

    CHECK_FALSE(active);
}

TEST_CASE("dropping, assigning and canceling it stop the call, and destroy what it captured") {
    ManualClock clock;
    auto captured = std::make_shared<int>(0);
    auto call = [captured] { ++*captured; };
    {
        const Timer dropped = clock.call_later(1ms, call);
        Timer assigned = clock.call_later(1ms, call);
        assigned = clock.call_later(1ms, [] {});
        Timer canceled = clock.call_later(1ms, call);
        canceled.cancel();
        canceled.cancel();
        CHECK(captured.use_count() == 3); // ours, call's and dropped's
    }

    clock.advance(1ms);

    CHECK(*captured == 0);
    CHECK(captured.use_count() == 2);
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("reset moves the call: later, earlier, or anew to the same time") {
    ManualClock clock;
    std::vector<std::string> ran;
    Timer later = clock.call_later(5ms, [&] { ran.emplace_back("later"); });
    Timer earlier = clock.call_later(5ms, [&] { ran.emplace_back("earlier"); });
    Timer equal = clock.call_later(5ms, [&] { ran.emplace_back("equal"); });
    const Timer other = clock.call_later(5ms, [&] { ran.emplace_back("other"); });

    later.reset(7ms);
    earlier.reset(2ms);
    equal.reset(5ms); // behind what was scheduled since
    clock.advance(2ms);
    CHECK(ran == std::vector<std::string>{"earlier"});
    clock.advance(4ms);
    CHECK(ran == std::vector<std::string>{"earlier", "other", "equal"});
    clock.advance(1ms);

    CHECK(ran.back() == "later");
}

TEST_CASE("pushed back again and again it runs once, at the last time set") {
    ManualClock clock;
    int ran = 0;
    Timer timer = clock.call_later(10ms, [&] { ++ran; });

    for (int i = 0; i < 100; ++i) {
        clock.advance(9ms);
        timer.reset(10ms);
    }
    CHECK(ran == 0);
    clock.advance(10ms);

    CHECK(ran == 1);
}

TEST_CASE("reset does nothing once the call has run or was canceled") {
    ManualClock clock;
    int ran = 0;
    Timer timer = clock.call_later(1ms, [&] { ++ran; });
    clock.advance(1ms);
    Timer canceled = clock.call_later(1ms, [&] { ++ran; });
    canceled.cancel();

    timer.reset(1ms);
    canceled.reset(1ms);
    Timer().reset(1ms);
    clock.advance(2ms);

    CHECK(ran == 1);
}

TEST_CASE("it may be canceled, reset and dropped inside its own call") {
    ManualClock clock;
    std::vector<int> ran;
    Timer cancels;
    Timer resets;
    std::optional<Timer> drops;
    cancels = clock.call_later(1ms, [&] {
        cancels.cancel();
        ran.push_back(1);
    });
    resets = clock.call_later(1ms, [&] {
        resets.reset(1ms);
        ran.push_back(2);
    });
    drops = clock.call_later(1ms, [&, kept = std::make_unique<int>(3)] {
        drops.reset();
        ran.push_back(*kept);
    });

    clock.advance(5ms);

    CHECK(ran == std::vector<int>{1, 2, 3});
}

TEST_CASE("one call may cancel and drop others that are due at the same time") {
    ManualClock clock;
    int ran = 0;
    std::vector<Timer> others;
    const Timer first = clock.call_later(1ms, [&] { others.clear(); });
    for (int i = 0; i < 20; ++i) {
        others.push_back(clock.call_later(1ms, [&] { ++ran; }));
    }

    clock.advance(1ms);

    CHECK(ran == 0);
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("a call may own its own timer") {
    ManualClock clock;
    auto captured = std::make_shared<int>(0);
    auto owner = std::make_shared<Timer>();
    *owner = clock.call_later(1ms, [owner, captured] { ++*captured; });
    auto second = std::make_shared<Timer>();
    *second = clock.call_later(1ms, [second, captured] { ++*captured; });
    std::weak_ptr<Timer> watch = owner;
    owner.reset();
    Timer& by_reference = *second;
    second.reset();

    by_reference.cancel();
    clock.advance(1ms);

    CHECK(*captured == 1);
    CHECK(captured.use_count() == 1);
    CHECK(watch.expired());
}

TEST_CASE("when its clock goes first, the call is canceled and the handle does nothing") {
    auto captured = std::make_shared<int>(0);
    Timer timer;
    {
        ManualClock clock;
        timer = clock.call_later(1ms, [captured] { ++*captured; });
    }
    CHECK(captured.use_count() == 1);

    CHECK_FALSE(timer.active());
    timer.reset(1ms);
    timer.cancel();
    timer = Timer();

    CHECK(*captured == 0);
}

TEST_CASE("a negative delay is refused, and changes nothing") {
    ManualClock clock;
    int ran = 0;
    Timer timer = clock.call_later(1ms, [&] { ++ran; });

    CHECK_THROWS_WITH_AS(static_cast<void>(clock.call_later(-1ns, [] {})),
                         "cannot schedule a call -1 ns from now: invalid argument",
                         std::system_error);
    CHECK_THROWS_AS(timer.reset(-1ms), std::system_error);
    CHECK(clock.scheduled() == 1);
    clock.advance(1ms);

    CHECK(ran == 1);
}

TEST_SUITE_END();
