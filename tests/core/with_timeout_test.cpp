// SPDX-License-Identifier: MIT
#include <hawser/core/with_timeout.h>

#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::with_timeout;
using hawser::testing::LogCapture;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

namespace {

/// A result with ten seconds to come, and what came.
struct Waiting {
    ManualClock clock;
    Promise<int> promise;
    std::string seen;

    Deferred<> note(Deferred<int> deferred) {
        return std::move(deferred).then(
            [this](int value) { seen = std::to_string(value); },
            [this](const std::exception_ptr& error) { seen = hawser::message_of(error); });
    }
};

/// Answers a cancel by waiting for something else.
Deferred<int> stubborn(Deferred<int> first, Deferred<int> second) {
    try {
        co_return co_await std::move(first);
    } catch (const std::system_error&) {
    }
    co_return co_await std::move(second);
}

} // namespace

TEST_SUITE_BEGIN("with_timeout");

TEST_CASE("nothing happens before the time, and at it the wait is canceled") {
    Waiting waiting;
    int stopped = 0;
    waiting.promise.on_cancel([&] { ++stopped; });
    auto deferred = waiting.note(with_timeout(waiting.clock, 10s, waiting.promise.deferred()));

    waiting.clock.advance(9990ms);
    CHECK(stopped == 0);
    waiting.clock.advance(10ms);

    CHECK(stopped == 1);
    CHECK(waiting.seen == "no result within 10000 ms: timed out");
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_CASE("its failure is Errc::timed_out") {
    Waiting waiting;
    std::error_code seen;
    auto deferred = with_timeout(waiting.clock, 10s, waiting.promise.deferred())
                        .recover([&](const std::exception_ptr& error) {
                            seen = hawser::code_of(error);
                            return 0;
                        });

    waiting.clock.advance(10s);

    CHECK(seen == Errc::timed_out);
}

TEST_CASE("a result in time passes, and no timer is left") {
    for (const bool fails : {false, true}) {
        CAPTURE(fails);
        Waiting waiting;
        auto deferred = waiting.note(with_timeout(waiting.clock, 10s, waiting.promise.deferred()));

        if (fails) {
            waiting.promise.fail(std::make_exception_ptr(std::runtime_error("oops")));
        } else {
            waiting.promise.resolve(7);
        }

        CHECK(waiting.seen == (fails ? "oops" : "7"));
        CHECK(waiting.clock.scheduled() == 0);
    }
}

TEST_CASE("a result that is there already sets no timer") {
    Waiting waiting;

    auto deferred = waiting.note(with_timeout(waiting.clock, 10s, Deferred<int>::succeed(7)));

    CHECK(waiting.seen == "7");
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_CASE("a function may bring another result when the time is over") {
    Waiting waiting;
    auto deferred = waiting.note(
        with_timeout(waiting.clock, 10s, waiting.promise.deferred(), [] { return 42; }));

    waiting.clock.advance(10s);

    CHECK(waiting.seen == "42");
}

TEST_CASE("that function is not asked when the user canceled") {
    Waiting waiting;
    bool asked = false;
    auto limited = with_timeout(waiting.clock, 10s, waiting.promise.deferred(), [&] {
        asked = true;
        return 42;
    });
    auto deferred = waiting.note(std::move(limited));

    deferred.cancel();

    CHECK_FALSE(asked);
    CHECK(waiting.seen == "gave up: canceled");
    CHECK_FALSE(waiting.promise.wanted());
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_CASE("a value or a failure that the producer brings when it is canceled passes") {
    for (const bool fails : {false, true}) {
        CAPTURE(fails);
        Waiting waiting;
        waiting.promise.on_cancel([&] {
            if (fails) {
                waiting.promise.fail(std::make_exception_ptr(std::runtime_error("closing")));
            } else {
                waiting.promise.resolve(9);
            }
        });
        auto deferred = waiting.note(with_timeout(waiting.clock, 10s, waiting.promise.deferred()));

        waiting.clock.advance(10s);

        CHECK(waiting.seen == (fails ? "closing" : "9"));
    }
}

TEST_CASE("what does not end when it is canceled is dropped: a deadline is a deadline") {
    Waiting waiting;
    Promise<int> second;
    auto deferred = waiting.note(
        with_timeout(waiting.clock, 10s, stubborn(waiting.promise.deferred(), second.deferred())));

    waiting.clock.advance(10s);

    CHECK(waiting.seen == "no result within 10000 ms: timed out");
    CHECK_FALSE(second.wanted());
}

TEST_CASE("dropped, it calls nobody: neither a step behind it nor one before") {
    Waiting waiting;
    bool called = false;
    auto deferred = with_timeout(waiting.clock, 10s,
                                 waiting.promise.deferred().recover([&](std::exception_ptr) {
                                     called = true;
                                     return 0;
                                 }));

    deferred = Deferred<int>();

    CHECK_FALSE(called);
    CHECK_FALSE(waiting.promise.wanted());
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_CASE("it may be dropped at any time, and from inside the canceller") {
    Waiting waiting;
    Deferred<> deferred;
    SUBCASE("before the time") {
        deferred = waiting.note(with_timeout(waiting.clock, 10s, waiting.promise.deferred()));
        deferred = Deferred<>();
    }
    SUBCASE("as the time is over") {
        waiting.promise.on_cancel([&] { deferred = Deferred<>(); });
        deferred = waiting.note(with_timeout(waiting.clock, 10s, waiting.promise.deferred()));
        waiting.clock.advance(10s);
    }

    CHECK(waiting.seen.empty());
    CHECK_FALSE(waiting.promise.wanted());
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_SUITE_END();
