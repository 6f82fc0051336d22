// SPDX-License-Identifier: MIT
#include <hawser/core/when_all.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Errc;
using hawser::Outcome;
using hawser::Promise;
using hawser::when_all;
using hawser::when_all_settled;
using hawser::testing::LogCapture;

namespace {

template <class T>
std::vector<Deferred<T>> deferreds(std::vector<Promise<T>>& promises) {
    std::vector<Deferred<T>> all;
    for (Promise<T>& promise : promises) {
        all.push_back(promise.deferred());
    }
    return all;
}

std::exception_ptr oops() {
    return std::make_exception_ptr(std::runtime_error("oops"));
}

Deferred<std::string> name_and_age(Deferred<std::string> name, Deferred<int> age) {
    auto both = co_await when_all(std::move(name), std::move(age));
    co_return std::get<0>(both) + std::to_string(std::get<1>(both));
}

} // namespace

TEST_SUITE_BEGIN("when_all");

TEST_CASE("all values are brought in the order given, however they come") {
    std::vector<Promise<std::string>> promises(3);
    std::optional<std::vector<std::string>> seen;
    auto all = when_all(deferreds(promises)).then([&](std::vector<std::string> values) {
        seen = std::move(values);
    });

    promises[1].resolve("b");
    promises[0].resolve("a");
    CHECK_FALSE(seen);
    promises[2].resolve("c");

    CHECK(seen == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("all of none are there at once") {
    CHECK(when_all(std::vector<Deferred<int>>()).settled());
    CHECK(when_all(std::vector<Deferred<>>()).settled());
    CHECK(when_all().settled());
    CHECK(when_all_settled(std::vector<Deferred<int>>()).settled());
}

TEST_CASE("results that are there already count") {
    std::optional<std::vector<int>> seen;
    std::vector<Deferred<int>> ready;
    ready.push_back(Deferred<int>::succeed(1));
    ready.push_back(Deferred<int>::succeed(2));

    auto all = when_all(std::move(ready)).then([&](std::vector<int> values) { seen = values; });

    CHECK(seen == std::vector<int>{1, 2});
}

TEST_CASE("the first failure fails it and drops the others") {
    const LogCapture log;
    std::vector<Promise<int>> promises(3);
    int stopped = 0;
    promises[0].on_cancel([&] { ++stopped; });
    std::string seen;
    auto all =
        when_all(deferreds(promises))
            .then([](const std::vector<int>&) {})
            .recover([&](const std::exception_ptr& error) { seen = hawser::message_of(error); });

    promises[1].fail(oops());

    CHECK(seen == "oops");
    CHECK(stopped == 1);
    CHECK_FALSE(promises[2].wanted());
    promises[2].fail(oops());
    CHECK(log.lines().empty());
}

TEST_CASE("a failure that is there already fails it and drops the others") {
    const LogCapture log;
    Promise<int> before;
    Promise<int> after;
    std::string seen;
    std::vector<Deferred<int>> some;
    some.push_back(before.deferred());
    some.push_back(Deferred<int>::fail(oops()));
    some.push_back(Deferred<int>::fail(oops()));
    some.push_back(Deferred<int>::succeed(3));
    some.push_back(after.deferred());

    auto all = when_all(std::move(some)).recover([&](const std::exception_ptr& error) {
        seen = hawser::message_of(error);
        return std::vector<int>();
    });

    CHECK(seen == "oops");
    CHECK_FALSE(before.wanted());
    CHECK_FALSE(after.wanted());
    CHECK(log.lines().empty());
}

TEST_CASE("canceling or dropping it drops all") {
    for (const bool cancel : {true, false}) {
        CAPTURE(cancel);
        std::vector<Promise<int>> promises(2);
        std::error_code seen;
        auto all = when_all(deferreds(promises)).recover([&](const std::exception_ptr& error) {
            seen = hawser::code_of(error);
            return std::vector<int>();
        });
        promises[0].resolve(1);

        if (cancel) {
            all.cancel();
            CHECK(seen == Errc::canceled);
        } else {
            all = Deferred<std::vector<int>>();
        }

        CHECK_FALSE(promises[1].wanted());
    }
}

TEST_CASE("it may be dropped from inside one of its own, and from what it resolves") {
    const LogCapture log;
    std::vector<Promise<int>> promises(2);
    Deferred<std::vector<int>> all;
    promises[1].on_cancel([&] { all = Deferred<std::vector<int>>(); });
    all = when_all(deferreds(promises));
    promises[0].fail(oops());
    CHECK_FALSE(promises[1].wanted());

    Promise<int> one;
    std::vector<Deferred<int>> ones;
    ones.push_back(one.deferred());
    Deferred<> waits;
    waits = when_all(std::move(ones)).then([&](const std::vector<int>&) { waits = Deferred<>(); });
    one.resolve(1);
    CHECK_FALSE(waits.settled());
}

TEST_CASE("different types come as a tuple, none as a monostate") {
    Promise<int> number;
    Promise<> nothing;
    Promise<std::unique_ptr<int>> pointer;
    std::optional<int> sum;
    auto all = when_all(number.deferred(), nothing.deferred(), pointer.deferred())
                   .then([&](std::tuple<int, std::monostate, std::unique_ptr<int>> values) {
                       sum = std::get<0>(values) + *std::get<2>(values);
                   });

    pointer.resolve(std::make_unique<int>(2));
    nothing.resolve();
    number.resolve(1);

    CHECK(sum == 3);
}

TEST_CASE("those without a value are waited for") {
    std::vector<Promise<>> promises(2);
    auto all = when_all(deferreds(promises));

    promises[0].resolve();
    CHECK_FALSE(all.settled());
    promises[1].resolve();

    CHECK(all.settled());
}

TEST_CASE("a coroutine awaits several at once") {
    Promise<std::string> name;
    Promise<int> age;
    std::string seen;
    auto deferred = name_and_age(name.deferred(), age.deferred()).then([&](std::string value) {
        seen = std::move(value);
    });

    age.resolve(36);
    name.resolve("Ada");

    CHECK(seen == "Ada36");
}

TEST_CASE("how each of them ended is kept, once all have") {
    const LogCapture log;
    std::vector<Promise<std::string>> promises(3);
    std::vector<std::string> seen;
    auto all =
        when_all_settled(deferreds(promises))
            .then([&](const std::vector<Outcome<std::string>>& outcomes) {
                for (const auto& outcome : outcomes) {
                    seen.push_back(outcome ? outcome.value() : hawser::message_of(outcome.error()));
                }
            });

    promises[1].resolve("b");
    promises[2].fail(oops());
    CHECK(seen.empty());
    promises[0].resolve("a");

    CHECK(seen == std::vector<std::string>{"a", "b", "oops"});
    CHECK(log.lines().empty());
}

TEST_CASE("how each of a tuple ended is kept") {
    int good = 0;
    auto all = when_all_settled(Deferred<int>::succeed(1), Deferred<>::fail(oops()))
                   .then([&](const std::tuple<Outcome<int>, Outcome<>>& outcomes) {
                       good = std::get<0>(outcomes).value();
                       CHECK_THROWS_WITH(std::get<1>(outcomes).value(), "oops");
                   });

    CHECK(good == 1);
}

TEST_SUITE_END();
