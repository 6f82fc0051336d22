// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Errc;
using hawser::Promise;
using hawser::testing::LogCapture;

namespace {

std::exception_ptr oops() {
    return std::make_exception_ptr(std::runtime_error("oops"));
}

/// Appends the code of a failure to \p seen.
auto note_code(std::vector<std::error_code>& seen) {
    return [&seen](const std::exception_ptr& error) { seen.push_back(hawser::code_of(error)); };
}

} // namespace

TEST_SUITE_BEGIN("Promise");

TEST_CASE("a promise dropped without a result is a failure") {
    std::vector<std::error_code> seen;
    std::optional<Promise<>> promise(std::in_place);
    auto deferred = promise->deferred().recover(note_code(seen));

    promise.reset();

    CHECK(seen == std::vector<std::error_code>{Errc::abandoned});
}

TEST_CASE("assigning to a promise abandons the one it was") {
    std::vector<std::error_code> seen;
    Promise<> promise;
    auto deferred = promise.deferred().recover(note_code(seen));

    promise = Promise<>();

    CHECK(seen == std::vector<std::error_code>{Errc::abandoned});
}

TEST_CASE("a promise that nobody ever waited for is dropped in silence") {
    const LogCapture log;

    { const Promise<int> promise; }

    CHECK(log.lines().empty());
}

TEST_CASE("a second result is an error of the producer, and changes nothing") {
    auto value = [](Promise<int>& promise) { promise.resolve(1); };
    auto failure = [](Promise<int>& promise) { promise.fail(oops()); };
    const std::vector<void (*)(Promise<int>&)> results{value, failure};
    for (auto* first : results) {
        for (auto* second : results) {
            Promise<int> promise;
            auto deferred = promise.deferred().recover([](const std::exception_ptr&) { return 2; });
            first(promise);

            CHECK_THROWS_WITH_AS(second(promise),
                                 "cannot resolve a promise: it already has a result",
                                 hawser::Error);
            std::optional<int> seen;
            auto next = std::move(deferred).then([&](int result) { seen = result; });
            CHECK(seen == (first == results[0] ? 1 : 2));
        }
    }
}

TEST_CASE("fail takes a code and a subject") {
    Promise<> promise;
    std::string seen;
    auto deferred = promise.deferred().recover(
        [&](const std::exception_ptr& error) { seen = hawser::message_of(error); });

    promise.fail(std::make_error_code(std::errc::address_in_use), "cannot listen on tcp:80");

    CHECK(seen == "cannot listen on tcp:80: address already in use");
}

TEST_CASE("it may be moved, and dropped from inside its own resolve") {
    auto promise = std::make_unique<Promise<int>>();
    std::optional<int> seen;
    auto deferred = promise->deferred().then([&](int value) {
        promise.reset();
        seen = value;
    });

    Promise<int> moved(std::move(*promise));
    moved.resolve(3);

    CHECK(seen == 3);
    CHECK(promise == nullptr);
}

TEST_CASE("a value whose copy throws leaves the promise as it was") {
    struct Throws {
        Throws() = default;
        Throws(const Throws&) { throw std::runtime_error("no copy"); }
        Throws(Throws&&) = default;
    };
    Promise<Throws> promise;
    auto deferred = promise.deferred();
    const Throws value;

    CHECK_THROWS_WITH(promise.resolve(value), "no copy");

    CHECK(promise.wanted());
    promise.resolve(Throws());
    CHECK(deferred.settled());
}

TEST_SUITE_END();
