// SPDX-License-Identifier: MIT
#include <hawser/core/sleep.h>

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <optional>

using hawser::Deferred;
using hawser::Errc;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("sleep");

TEST_CASE("it resolves when its time has come, not before") {
    ManualClock clock;
    int woken = 0;
    const Deferred<> waiting = hawser::sleep(clock, 10ms).then([&] { ++woken; });

    clock.advance(9ms);
    CHECK(woken == 0);
    clock.advance(1ms);
    CHECK(woken == 1);
}

TEST_CASE("dropped or canceled, it leaves nothing scheduled") {
    ManualClock clock;
    std::error_code seen;
    {
        const Deferred<> dropped = hawser::sleep(clock, 10ms);
        CHECK(clock.scheduled() == 1);
    }
    CHECK(clock.scheduled() == 0);

    Deferred<> canceled = hawser::sleep(clock, 10ms).recover([&](std::exception_ptr error) {
        seen = hawser::code_of(error);
    });
    canceled.cancel();

    CHECK(seen == Errc::canceled);
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("it may be dropped by what it wakes") {
    ManualClock clock;
    std::optional<Deferred<>> waiting;
    bool woken = false;
    waiting = hawser::sleep(clock, 1ms).then([&] {
        woken = true;
        waiting.reset();
    });

    clock.advance(1ms);

    CHECK(woken);
}

TEST_CASE("a clock that goes first fails it") {
    std::optional<ManualClock> clock(std::in_place);
    std::error_code seen;
    const Deferred<> waiting = hawser::sleep(*clock, 1ms).recover([&](std::exception_ptr error) {
        seen = hawser::code_of(error);
    });

    clock.reset();

    CHECK(seen == Errc::abandoned);
}

namespace {
Deferred<> sleep_for_ever(hawser::Clock& clock, int& rounds) {
    for (;;) {
        ++rounds;
        try {
            co_await hawser::sleep(clock, 1ms);
        } catch (const hawser::Error&) { // and tries again
        }
    }
}
} // namespace

TEST_CASE("who sleeps again on a clock that goes does not keep it from going") {
    std::optional<ManualClock> clock(std::in_place);
    int rounds = 0;
    const Deferred<> sleeper = sleep_for_ever(*clock, rounds);

    clock.reset();

    CHECK(rounds == 2);
}

TEST_SUITE_END();
