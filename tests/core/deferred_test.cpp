// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

using hawser::Deferred;
using hawser::Promise;

namespace {

std::string text_of(const std::exception_ptr& error) {
    return hawser::message_of(error);
}

Deferred<int> failed(const char* text) {
    return Deferred<int>::fail(std::make_exception_ptr(std::runtime_error(text)));
}

} // namespace

TEST_SUITE_BEGIN("Deferred");

TEST_CASE("steps run in order, each on what the one before returned") {
    Promise<int> promise;
    std::optional<int> seen;
    auto deferred = promise.deferred()
                        .then([](int value) { return value + 1; })
                        .then([](int value) { return value * 2; })
                        .then([&](int value) { seen = value; });
    CHECK_FALSE(seen);

    promise.resolve(1);

    CHECK(seen == 4);
}

TEST_CASE("a step on a result that is there already runs at once") {
    std::optional<int> seen;

    auto deferred = Deferred<int>::succeed(7).then([&](int value) { seen = value; });

    CHECK(seen == 7);
    CHECK(deferred.settled());
}

TEST_CASE("a step runs inside resolve") {
    Promise<> promise;
    std::vector<std::string> order;
    auto deferred = promise.deferred().then([&] { order.emplace_back("step"); });

    order.emplace_back("before");
    promise.resolve();
    order.emplace_back("after");

    CHECK(order == std::vector<std::string>{"before", "step", "after"});
}

TEST_CASE("a value passes by recover, a failure by then") {
    std::vector<std::string> ran;

    auto value = Deferred<int>::succeed(1)
                     .recover([&](const std::exception_ptr&) {
                         ran.emplace_back("recover of a value");
                         return 0;
                     })
                     .then([&](int seen) { ran.push_back("then " + std::to_string(seen)); });
    auto failure = failed("oops")
                       .then([&](int seen) {
                           ran.emplace_back("then of a failure");
                           return seen;
                       })
                       .recover([&](const std::exception_ptr& error) {
                           ran.push_back("recover " + text_of(error));
                           return 5;
                       })
                       .then([&](int seen) { ran.push_back("then " + std::to_string(seen)); });

    CHECK(ran == std::vector<std::string>{"then 1", "recover oops", "then 5"});
}

TEST_CASE("an exception from a step fails what follows, not the step's own recover") {
    std::vector<std::string> ran;

    auto deferred = Deferred<int>::succeed(1)
                        .recover([&](const std::exception_ptr&) {
                            ran.emplace_back("recover before");
                            return 0;
                        })
                        .then([](int) -> int { throw std::runtime_error("from the step"); })
                        .recover([&](const std::exception_ptr& error) {
                            ran.push_back(text_of(error));
                            return 0;
                        });

    CHECK(ran == std::vector<std::string>{"from the step"});
}

TEST_CASE("an exception from recover takes the failure's place") {
    std::string seen;

    auto deferred =
        failed("first")
            .recover([](const std::exception_ptr&) -> int { throw std::runtime_error("second"); })
            .recover([&](const std::exception_ptr& error) {
                seen = text_of(error);
                return 0;
            });

    CHECK(seen == "second");
}

TEST_CASE("of a step for either way, one runs, and does not see what the other throws") {
    std::vector<std::string> ran;
    auto note = [&](const std::exception_ptr& error) { ran.push_back(text_of(error)); };

    auto value = Deferred<int>::succeed(1)
                     .then([](int) { throw std::runtime_error("from the step"); },
                           [&](const std::exception_ptr&) { ran.emplace_back("its other half"); })
                     .recover(note);
    auto failure = failed("oops").then([&](int) { ran.emplace_back("on a value"); }, note);
    auto inner = failed("oops")
                     .then([](int seen) { return Deferred<int>::succeed(seen); },
                           [](const std::exception_ptr&) { return Deferred<int>::succeed(6); })
                     .then([&](int seen) { ran.push_back(std::to_string(seen)); });

    CHECK(ran == std::vector<std::string>{"from the step", "oops", "6"});
}

TEST_CASE("an outcome has the value or the failure") {
    std::vector<std::string> seen;
    auto note = [&](const hawser::Outcome<int>& outcome) {
        seen.push_back(outcome ? std::to_string(outcome.value()) : text_of(outcome.error()));
    };

    auto value = Deferred<int>::succeed(1).outcome().then(note);
    auto failure = failed("oops").outcome().then(note);

    CHECK(seen == std::vector<std::string>{"1", "oops"});
}

TEST_CASE("a promise may be given an outcome") {
    Promise<int> good;
    Promise<> bad;
    std::vector<std::string> seen;
    auto value = good.deferred().then([&](int result) { seen.push_back(std::to_string(result)); });
    auto failure = bad.deferred().recover(
        [&](const std::exception_ptr& error) { seen.push_back(text_of(error)); });

    good.settle(hawser::Outcome<int>(std::in_place, 1));
    bad.settle(hawser::Outcome<>::of([] { throw std::runtime_error("oops"); }));

    CHECK(seen == std::vector<std::string>{"1", "oops"});
}

TEST_CASE("from_call gives a Deferred of what a function returns, throws or brings") {
    std::vector<std::string> seen;
    auto note = [&](int value) { seen.push_back(std::to_string(value)); };
    Promise<int> promise;
    bool called = false;

    auto value = hawser::from_call([] { return 1; }).then(note);
    auto later = hawser::from_call([&] { return promise.deferred(); }).then(note);
    auto nothing = hawser::from_call([&] { called = true; });
    auto failure = hawser::from_call([]() -> int {
                       throw std::runtime_error("oops");
                   }).recover([&](const std::exception_ptr& error) {
        seen.push_back(text_of(error));
        return 0;
    });
    promise.resolve(2);

    CHECK(seen == std::vector<std::string>{"1", "oops", "2"});
    CHECK(called);
    CHECK(nothing.settled());
}

TEST_CASE("a Deferred that a step returns is waited for, and its value goes on") {
    Promise<int> outer;
    Promise<std::string> inner;
    std::string seen;
    auto deferred = outer.deferred()
                        .then([&](int) { return inner.deferred(); })
                        .then([&](const std::string& value) { seen = value; });

    outer.resolve(1);
    CHECK(seen.empty());
    inner.resolve("inner");

    CHECK(seen == "inner");
}

TEST_CASE("a step may hand its value to a promise, and brings nothing itself") {
    Promise<int> first;
    Promise<int> second;
    std::vector<std::string> seen;
    auto receiver = second.deferred().then(
        [&](int value) { seen.push_back("received " + std::to_string(value)); });
    auto giver = first.deferred().then([&](int value) { second.resolve(value); }).then([&] {
        seen.emplace_back("gave");
    });

    first.resolve(7);

    CHECK(seen == std::vector<std::string>{"received 7", "gave"});
}

TEST_CASE("steps wait for each of several pauses in turn, with the result kept") {
    Promise<int> promise;
    std::vector<Promise<>> pauses(2);
    std::optional<int> seen;
    auto deferred = promise.deferred()
                        .finally([&] { return pauses[0].deferred(); })
                        .finally([&] { return pauses[1].deferred(); })
                        .then([&](int value) { seen = value; });

    promise.resolve(1);
    pauses[0].resolve();
    CHECK_FALSE(seen);
    pauses[1].resolve();

    CHECK(seen == 1);
}

TEST_CASE("a Deferred that a step returns may be ready, or fail") {
    std::vector<std::string> seen;

    auto ready =
        Deferred<>::succeed().then([] { return Deferred<int>::succeed(3); }).then([&](int value) {
            seen.push_back(std::to_string(value));
        });
    auto fails = Deferred<>::succeed()
                     .then([] { return failed("inner"); })
                     .recover([&](const std::exception_ptr& error) {
                         seen.push_back(text_of(error));
                         return 0;
                     });
    auto recovered =
        failed("outer")
            .recover([](const std::exception_ptr&) { return Deferred<int>::succeed(4); })
            .then([&](int value) { seen.push_back(std::to_string(value)); });

    CHECK(seen == std::vector<std::string>{"3", "inner", "4"});
}

TEST_CASE("values that only move go through every kind of step") {
    std::optional<int> seen;

    auto deferred = Deferred<std::unique_ptr<int>>::succeed(std::make_unique<int>(1))
                        .then([](std::unique_ptr<int> value) {
                            return Deferred<std::unique_ptr<int>>::succeed(std::move(value));
                        })
                        .recover([](const std::exception_ptr&) { return std::make_unique<int>(0); })
                        .finally([] {})
                        .finally([] { return Deferred<>::succeed(); })
                        .then([&](std::unique_ptr<int> value) { seen = *value; });

    CHECK(seen == 1);
}

TEST_CASE("a step that returns a reference passes a copy on") {
    const std::string name = "Ada";
    std::string seen;

    auto deferred = Deferred<>::succeed()
                        .then([&]() -> const std::string& { return name; })
                        .then([&](std::string value) { seen = std::move(value); });

    CHECK(seen == "Ada");
}

TEST_CASE("it has one consumer: it moves and does not copy") {
    CHECK_FALSE(std::is_copy_constructible_v<Deferred<int>>);
    CHECK_FALSE(std::is_copy_constructible_v<Promise<int>>);
    CHECK(std::is_nothrow_move_constructible_v<Deferred<int>>);
    CHECK_FALSE(Deferred<int>().settled());
}

TEST_CASE("settled while the result is there and nobody has taken it") {
    Promise<int> promise;
    auto deferred = promise.deferred();
    CHECK_FALSE(deferred.settled());

    promise.resolve(1);
    CHECK(deferred.settled());

    auto next = std::move(deferred).then([](int) {});
    CHECK_FALSE(deferred.settled()); // NOLINT(bugprone-use-after-move): moved from, of nothing
    CHECK(next.settled());
}

TEST_SUITE_END();
