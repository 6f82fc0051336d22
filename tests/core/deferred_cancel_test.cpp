// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::testing::LogCapture;

TEST_SUITE_BEGIN("Deferred: cancel");

TEST_CASE("cancel tells the producer once, and the waiter sees canceled") {
    Promise<int> promise;
    int stopped = 0;
    std::vector<std::error_code> seen;
    promise.on_cancel([&] { ++stopped; });
    auto deferred = promise.deferred().recover([&](const std::exception_ptr& error) {
        seen.push_back(hawser::code_of(error));
        return 0;
    });

    deferred.cancel();
    deferred.cancel();

    CHECK(stopped == 1);
    CHECK(seen == std::vector<std::error_code>{Errc::canceled});
    CHECK_FALSE(promise.wanted());
}

TEST_CASE("cancel needs no canceller") {
    Promise<int> promise;
    std::error_code seen;
    auto deferred = promise.deferred().recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
        return 0;
    });

    deferred.cancel();

    CHECK(seen == Errc::canceled);
}

TEST_CASE("a result after the cancel is dropped, however it comes") {
    Promise<int> promise;
    int steps = 0;
    auto deferred =
        promise.deferred().then([&](int) { ++steps; }).recover([&](const std::exception_ptr&) {
            ++steps;
        });
    deferred.cancel();

    promise.resolve(1);
    promise.resolve(2);
    promise.fail(std::make_error_code(std::errc::io_error), "late");

    CHECK(steps == 1);
}

TEST_CASE("a canceller may bring a value, which passes through") {
    Promise<int> promise;
    std::optional<int> seen;
    promise.on_cancel([&] { promise.resolve(9); });
    auto deferred = promise.deferred().then([&](int value) { seen = value; });

    deferred.cancel();

    CHECK(seen == 9);
}

TEST_CASE("a canceller that drops its promise cancels, and does not abandon") {
    auto promise = std::make_unique<Promise<>>();
    std::error_code seen;
    promise->on_cancel([&] { promise.reset(); });
    auto deferred = promise->deferred().recover(
        [&](const std::exception_ptr& error) { seen = hawser::code_of(error); });

    deferred.cancel();

    CHECK(seen == Errc::canceled);
}

TEST_CASE("a canceller that throws is reported, and the waiter sees canceled") {
    const LogCapture log;
    Promise<> promise;
    std::error_code seen;
    promise.on_cancel([] { throw std::runtime_error("oops"); });
    auto deferred = promise.deferred().recover(
        [&](const std::exception_ptr& error) { seen = hawser::code_of(error); });

    deferred.cancel();

    CHECK(seen == Errc::canceled);
    CHECK(log.count("canceling failed: oops") == 1);
}

TEST_CASE("cancel does nothing once the result is there") {
    Promise<int> promise;
    int stopped = 0;
    promise.on_cancel([&] { ++stopped; });
    auto deferred = promise.deferred();
    promise.resolve(1);

    deferred.cancel();

    CHECK(stopped == 0);
    std::optional<int> seen;
    auto next = std::move(deferred).then([&](int value) { seen = value; });
    CHECK(seen == 1);
}

TEST_CASE("cancel reaches the inner Deferred that a step returned") {
    Promise<> outer;
    Promise<> inner;
    bool stopped = false;
    std::error_code seen;
    inner.on_cancel([&] { stopped = true; });
    auto deferred =
        outer.deferred()
            .then([&] { return inner.deferred(); })
            .recover([&](const std::exception_ptr& error) { seen = hawser::code_of(error); });
    outer.resolve();

    deferred.cancel();

    CHECK(stopped);
    CHECK(seen == Errc::canceled);
    CHECK_FALSE(inner.wanted());
}

TEST_CASE("a chain may recover from its cancellation, and go on") {
    Promise<int> promise;
    std::optional<int> seen;
    auto deferred =
        promise.deferred()
            .recover([](const std::exception_ptr&) { return Deferred<int>::succeed(1); })
            .then([&](int value) { seen = value; });

    deferred.cancel();

    CHECK(seen == 1);
}

TEST_CASE("cancel from inside a step fails what waits for the step") {
    Promise<> promise;
    std::vector<std::string> ran;
    Deferred<> deferred;
    deferred = promise.deferred()
                   .then([&] {
                       ran.emplace_back("first");
                       deferred.cancel();
                   })
                   .then([&] { ran.emplace_back("second"); })
                   .recover([&](const std::exception_ptr& error) {
                       ran.push_back(hawser::message_of(error));
                   });

    promise.resolve();

    CHECK(ran == std::vector<std::string>{"first", "gave up: canceled"});
}

TEST_CASE("cancel from inside a step cancels what the step returns") {
    Promise<> promise;
    Promise<> inner;
    bool stopped = false;
    inner.on_cancel([&] { stopped = true; });
    Deferred<> deferred;
    deferred = promise.deferred()
                   .then([&] {
                       deferred.cancel();
                       return inner.deferred();
                   })
                   .recover([](const std::exception_ptr&) {});

    promise.resolve();

    CHECK(stopped);
    CHECK(deferred.settled());
}

TEST_CASE("the Deferred may be dropped from inside its canceller") {
    Promise<> promise;
    int steps = 0;
    Deferred<> deferred;
    promise.on_cancel([&] { deferred = Deferred<>(); });
    deferred = promise.deferred().then([&] { ++steps; }).recover([&](const std::exception_ptr&) {
        ++steps;
    });

    deferred.cancel();

    CHECK(steps == 0);
    CHECK_FALSE(promise.wanted());
}

TEST_CASE("a cancel from inside the canceller changes nothing") {
    Promise<> promise;
    int stopped = 0;
    int failures = 0;
    Deferred<> deferred;
    promise.on_cancel([&] {
        ++stopped;
        deferred.cancel();
    });
    deferred = promise.deferred().recover([&](const std::exception_ptr&) { ++failures; });

    deferred.cancel();

    CHECK(stopped == 1);
    CHECK(failures == 1);
}

TEST_SUITE_END();
