// SPDX-License-Identifier: MIT
#include <hawser/core/cooperator.h>

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>

using hawser::CooperativeTask;
using hawser::Cooperator;
using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::testing::LogCapture;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

namespace {

hawser::Clock::time_point precise_now; // moved by the steps: see Steps

hawser::Clock::time_point precise_time() {
    return precise_now;
}

/// Tasks whose steps write their names, and take a millisecond of precise time each.
struct Steps {
    ManualClock clock;
    Cooperator cooperator{clock, 3ms, &precise_time};
    std::string made;

    CooperativeTask task(char name, int steps) {
        return cooperator.cooperate([this, name, steps]() mutable {
            made += name;
            precise_now += 1ms;
            return --steps > 0;
        });
    }
    std::string slice() {
        made.clear();
        clock.advance(0ms); // what was asked for from outside; the next slice is a turn later
        if (made.empty()) {
            clock.advance(1ms);
        }
        return made;
    }
};

std::error_code code(const std::exception_ptr& error) {
    return hawser::code_of(error);
}

} // namespace

TEST_SUITE_BEGIN("Cooperator");

TEST_CASE("tasks take turns, in slices of time, and the loop is free between them") {
    Steps steps;
    const CooperativeTask a = steps.task('a', 4);
    const CooperativeTask b = steps.task('b', 2);
    CHECK(steps.made.empty()); // nothing calls back into its caller

    CHECK(steps.slice() == "aba");
    CHECK(steps.slice() == "baa");
    CHECK_FALSE(b.running());
    CHECK_FALSE(a.running());
    CHECK(steps.clock.scheduled() == 0);
}

TEST_CASE("a slice is one step at least, whatever it takes") {
    ManualClock clock;
    Cooperator cooperator(clock, 0ms);
    int made = 0;
    const CooperativeTask task = cooperator.cooperate([&] { return ++made < 3; });

    clock.advance(0ms);
    CHECK(made == 1);
    clock.advance(2ms);
    CHECK(made == 3);
}

TEST_CASE("a step that gives a Deferred is waited for, while others go on") {
    Steps steps;
    std::optional<Promise<bool>> promise;
    const CooperativeTask waits = steps.cooperator.cooperate([&] {
        steps.made += 'w';
        return promise.emplace().deferred();
    });
    const CooperativeTask other = steps.task('o', 9);

    CHECK(steps.slice() == "wooo");
    CHECK(steps.slice() == "ooo");
    promise->resolve(true);
    CHECK(steps.slice() == "owoo");
    promise->resolve(false);
    CHECK_FALSE(waits.running());
}

TEST_CASE("a task that pauses makes no step until it is resumed as often") {
    Steps steps;
    CooperativeTask task = steps.task('a', 9);
    task.pause();
    task.pause();
    CHECK(steps.slice().empty());
    task.resume();
    CHECK(steps.slice().empty());
    task.resume();
    task.resume();
    CHECK(steps.slice() == "aaa");
}

TEST_CASE("when_done tells the end: all steps made, or a step that failed") {
    Steps steps;
    CooperativeTask done = steps.task('a', 2);
    bool all_made = false;
    const Deferred<> waiting = done.when_done().then([&] { all_made = true; });
    CooperativeTask throws =
        steps.cooperator.cooperate([]() -> bool { throw std::runtime_error("no paper"); });
    std::string failure;
    const Deferred<> failing = throws.when_done().recover(
        [&](std::exception_ptr error) { failure = hawser::message_of(error); });
    CooperativeTask fails = steps.cooperator.cooperate(
        [] { return Deferred<bool>::fail(Errc::protocol_error, "stepping"); });
    std::error_code reason;
    const Deferred<> failed =
        fails.when_done().recover([&](std::exception_ptr error) { reason = code(error); });

    steps.clock.advance(5ms);

    CHECK(all_made);
    CHECK(failure == "no paper");
    CHECK(reason == Errc::protocol_error);
    bool late = false;
    const Deferred<> asked = done.when_done().then([&] { late = true; });
    CHECK(late);
    CHECK_THROWS_AS((void)CooperativeTask().when_done(), std::logic_error);
}

TEST_CASE("a failure that nobody waits for is logged") {
    const LogCapture log;
    Steps steps;
    const CooperativeTask task =
        steps.cooperator.cooperate([]() -> bool { throw std::runtime_error("no paper"); });
    steps.slice();
    CHECK(log.count("no paper") == 1);
}

TEST_CASE("stop ends it: when_done fails, what it waits for is canceled, the rest is misuse") {
    Steps steps;
    bool canceled = false;
    std::optional<Promise<bool>> promise;
    CooperativeTask task = steps.cooperator.cooperate([&] {
        promise.emplace().on_cancel([&] { canceled = true; });
        return promise->deferred();
    });
    std::error_code reason;
    const Deferred<> waiting =
        task.when_done().recover([&](std::exception_ptr error) { reason = code(error); });
    steps.slice();

    task.stop();

    CHECK(reason == Errc::canceled);
    CHECK(canceled);
    CHECK_THROWS_AS(task.stop(), hawser::Error);
    CHECK_THROWS_AS(task.pause(), hawser::Error);
    CHECK(steps.clock.scheduled() == 0);
}

TEST_CASE("dropping a task stops it, in its own step too") {
    Steps steps;
    { const CooperativeTask dropped = steps.task('a', 9); }
    CHECK(steps.slice().empty());

    std::optional<CooperativeTask> itself;
    itself = steps.cooperator.cooperate([&] {
        steps.made += 'i';
        itself.reset();
        return true;
    });
    CHECK(steps.slice() == "i");
    CHECK(steps.slice().empty());
}

TEST_CASE("dropping the Cooperator ends its tasks, in a step too") {
    ManualClock clock;
    std::optional<Cooperator> cooperator(std::in_place, clock);
    CooperativeTask first = cooperator->cooperate([&] {
        cooperator.reset();
        return true;
    });
    CooperativeTask second = cooperator->cooperate([] { return true; });
    std::error_code reason;
    const Deferred<> waiting =
        second.when_done().recover([&](std::exception_ptr error) { reason = code(error); });

    clock.advance(1ms);

    CHECK_FALSE(first.running());
    CHECK_FALSE(second.running());
    CHECK(reason == Errc::abandoned);
    CHECK(clock.scheduled() == 0);
}

TEST_SUITE_END();
