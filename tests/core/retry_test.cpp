// SPDX-License-Identifier: MIT
#include <hawser/core/retry.h>

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

using hawser::Backoff;
using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::retry;
using hawser::RetryPolicy;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("retry");

TEST_CASE("it tries again, with growing waits, until it succeeds") {
    ManualClock clock;
    int calls = 0;
    std::optional<int> seen;
    auto flaky = [&] {
        if (++calls < 3) {
            throw std::runtime_error("not yet");
        }
        return calls;
    };
    auto deferred = retry(clock, RetryPolicy(), flaky).then([&](int value) { seen = value; });

    CHECK(calls == 1);
    clock.advance(99ms);
    CHECK(calls == 1);
    clock.advance(1ms);
    CHECK(calls == 2);
    clock.advance(199ms);
    CHECK(calls == 2);
    clock.advance(1ms);

    CHECK(seen == 3);
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("after the last attempt it fails with that failure") {
    ManualClock clock;
    int calls = 0;
    std::string seen;
    auto fails = [&]() -> Deferred<> {
        return Deferred<>::fail(
            std::make_exception_ptr(std::runtime_error("attempt " + std::to_string(++calls))));
    };
    RetryPolicy policy;
    policy.attempts = 3;
    auto deferred =
        retry(clock, std::move(policy), fails).recover([&](const std::exception_ptr& error) {
            seen = hawser::message_of(error);
        });

    clock.advance(1h);

    CHECK(calls == 3);
    CHECK(seen == "attempt 3");
}

TEST_CASE("the policy says which failures are worth another attempt") {
    ManualClock clock;
    int calls = 0;
    bool failed = false;
    RetryPolicy policy;
    policy.again = [](const std::exception_ptr& error) {
        return hawser::code_of(error) == std::errc::connection_refused;
    };
    auto deferred =
        retry(clock, std::move(policy), [&]() -> Deferred<> {
            ++calls;
            return Deferred<>::fail(std::make_error_code(calls == 1 ? std::errc::connection_refused
                                                                    : std::errc::permission_denied),
                                    "connecting");
        }).recover([&](const std::exception_ptr&) { failed = true; });

    clock.advance(1h);

    CHECK(calls == 2);
    CHECK(failed);
}

TEST_CASE("a cancel ends the attempt that is under way, and the wait between two") {
    for (const bool waiting : {false, true}) {
        CAPTURE(waiting);
        ManualClock clock;
        auto promise = std::make_unique<Promise<>>();
        int calls = 0;
        std::error_code seen;
        auto deferred =
            retry(clock, RetryPolicy(), [&] {
                ++calls;
                return promise->deferred();
            }).recover([&](const std::exception_ptr& error) { seen = hawser::code_of(error); });
        if (waiting) {
            promise->fail(std::make_error_code(std::errc::io_error), "trying");
            CHECK(clock.scheduled() == 1);
        }

        deferred.cancel();

        CHECK(seen == Errc::canceled);
        CHECK(clock.scheduled() == 0);
        CHECK_FALSE(promise->wanted());
        CHECK(calls == 1);
    }
}

TEST_CASE("dropping it stops everything") {
    ManualClock clock;
    int calls = 0;
    {
        auto deferred = retry(clock, RetryPolicy(), [&]() -> int {
            ++calls;
            throw std::runtime_error("never");
        });
    }

    clock.advance(1h);

    CHECK(calls == 1);
}

TEST_CASE("waits grow by the factor, up to the longest") {
    const Backoff backoff{.first = 100ms, .longest = 1s, .factor = 3, .jitter = 0};

    CHECK(backoff.after(1, 0.9) == 100ms);
    CHECK(backoff.after(2, 0.9) == 300ms);
    CHECK(backoff.after(3, 0.9) == 900ms);
    CHECK(backoff.after(4, 0.9) == 1s);
    CHECK(backoff.after(std::numeric_limits<std::size_t>::max(), 0.9) == 1s);
}

TEST_CASE("jitter leaves a part of the wait out, drawn from the source handed in") {
    const Backoff backoff{.first = 100ms, .longest = 1s, .factor = 2, .jitter = 0.5};
    CHECK(backoff.after(1, 0) == 100ms);
    CHECK(backoff.after(1, 0.5) == 75ms);

    ManualClock clock;
    int calls = 0;
    RetryPolicy policy{
        .attempts = 2, .backoff = backoff, .random = [] { return 0.5; }, .again = {}};
    auto deferred = retry(clock, std::move(policy), [&] {
        if (++calls == 1) {
            throw std::runtime_error("once");
        }
    });
    clock.advance(74ms);
    CHECK(calls == 1);
    clock.advance(1ms);
    CHECK(calls == 2);
}

TEST_SUITE_END();
