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

namespace {

using Notes = std::vector<std::string>;

Deferred<int> plus_one(Deferred<int> input) {
    co_return co_await std::move(input) + 1;
}

Deferred<int> zero_on_failure(Deferred<int> input) {
    try {
        co_return co_await std::move(input);
    } catch (const std::runtime_error&) {
        co_return 0;
    }
}

Deferred<int> instead(Deferred<int> first, Deferred<int> second) {
    try {
        co_return co_await std::move(first);
    } catch (const std::runtime_error&) {
    }
    co_return co_await std::move(second);
}

Deferred<> note_around(Deferred<> event, Notes* notes) {
    notes->emplace_back("before");
    co_await std::move(event);
    notes->emplace_back("after");
}

Deferred<> fail_with(std::string text) {
    throw std::runtime_error(text);
    co_return;
}

Deferred<int> fail_after(Deferred<> event, std::string text) {
    co_await std::move(event);
    throw std::runtime_error(text);
}

Deferred<std::unique_ptr<int>> through(Deferred<std::unique_ptr<int>> input) {
    std::unique_ptr<int> value = co_await std::move(input);
    ++*value;
    co_return value;
}

Deferred<std::string> text() {
    co_return "text"; // what converts to the result
}

Deferred<std::pair<int, std::string>> braces() {
    co_return {1, "one"};
}

/// A protocol of sorts: a member coroutine may use its object while that owns the Deferred.
class Session {
public:
    void start(Deferred<std::string> name) { greeting_ = greet(std::move(name)); }
    std::string greeted;

private:
    Deferred<> greet(Deferred<std::string> name) { greeted = "Hello, " + co_await std::move(name); }
    Deferred<> greeting_;
};

std::exception_ptr oops() {
    return std::make_exception_ptr(std::runtime_error("oops"));
}

} // namespace

TEST_SUITE_BEGIN("coroutine");

TEST_CASE("a coroutine brings what it returns, once what it awaits is there") {
    Promise<int> promise;
    std::optional<int> seen;
    auto deferred = plus_one(promise.deferred()).then([&](int value) { seen = value; });
    CHECK_FALSE(seen);

    promise.resolve(1);

    CHECK(seen == 2);
}

TEST_CASE("a coroutine runs at once, and goes on inside resolve") {
    Notes notes;
    Promise<> promise;
    auto deferred = note_around(promise.deferred(), &notes);
    CHECK(notes == Notes{"before"});

    promise.resolve();

    CHECK(notes == Notes{"before", "after"});
    CHECK(deferred.settled());
}

TEST_CASE("a result that is there already does not suspend") {
    Notes notes;

    auto deferred = note_around(Deferred<>::succeed(), &notes);

    CHECK(notes == Notes{"before", "after"});
    CHECK(deferred.settled());
}

TEST_CASE("an exception from the body fails it, before and after it has waited") {
    Notes seen;
    auto note = [&](const std::exception_ptr& error) { seen.push_back(hawser::message_of(error)); };
    Promise<> event;
    auto early = fail_with("early").recover(note);
    auto late = fail_after(event.deferred(), "late").recover([&](const std::exception_ptr& error) {
        note(error);
        return 0;
    });

    event.resolve();

    CHECK(seen == Notes{"early", "late"});
}

TEST_CASE("a failure is thrown where it was awaited, ready or not") {
    Promise<int> promise;
    std::vector<int> seen;
    auto note = [&](int value) { seen.push_back(value); };
    auto ready = zero_on_failure(Deferred<int>::fail(oops())).then(note);
    auto later = zero_on_failure(promise.deferred()).then(note);
    auto value = zero_on_failure(Deferred<int>::succeed(7)).then(note);

    promise.fail(oops());

    CHECK(seen == std::vector<int>{0, 7, 0});
}

TEST_CASE("a failure that the body does not catch fails it") {
    Promise<int> promise;
    std::string seen;
    auto deferred =
        plus_one(plus_one(promise.deferred())).recover([&](const std::exception_ptr& error) {
            seen = hawser::message_of(error);
            return 0;
        });

    promise.fail(oops());

    CHECK(seen == "oops");
}

TEST_CASE("a body may catch a failure and await another result in its place") {
    Promise<int> first;
    Promise<int> second;
    std::optional<int> seen;
    auto deferred =
        instead(first.deferred(), second.deferred()).then([&](int value) { seen = value; });

    first.fail(oops());
    CHECK_FALSE(seen);
    second.resolve(5);

    CHECK(seen == 5);
}

TEST_CASE("the failure of a promise dropped without a result is thrown too") {
    std::optional<Promise<int>> promise(std::in_place);
    std::error_code seen;
    auto deferred = plus_one(promise->deferred()).recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
        return 0;
    });

    promise.reset();

    CHECK(seen == Errc::abandoned);
}

TEST_CASE("a failure that nobody waits for is reported when it is dropped") {
    const LogCapture log;
    {
        auto deferred = fail_with("nobody asked");
        CHECK(log.lines().empty());
    }

    CHECK(log.count("unhandled failure: nobody asked") == 1);
}

TEST_CASE("values that only move, convert, or stand in braces are brought") {
    std::optional<int> seen;
    Notes notes;

    auto moved = through(Deferred<std::unique_ptr<int>>::succeed(std::make_unique<int>(1)))
                     .then([&](std::unique_ptr<int> value) { seen = *value; });
    auto converted = text().then([&](std::string value) { notes.push_back(std::move(value)); });
    auto braced = braces().then(
        [&](std::pair<int, std::string> value) { notes.push_back(std::move(value.second)); });

    CHECK(seen == 2);
    CHECK(notes == Notes{"text", "one"});
}

TEST_CASE("a coroutine and the steps of a chain wait for each other") {
    Promise<int> promise;
    std::optional<int> seen;
    auto deferred = plus_one(promise.deferred().then([](int value) { return value * 10; }))
                        .then([](int value) { return plus_one(Deferred<int>::succeed(value)); })
                        .then([&](int value) { seen = value; });

    promise.resolve(1);

    CHECK(seen == 12);
}

TEST_CASE("a member function may be a coroutine") {
    Promise<std::string> name;
    Session session;
    session.start(name.deferred());

    name.resolve("Ada");

    CHECK(session.greeted == "Hello, Ada");
}

TEST_CASE("detached, a coroutine goes on alone") {
    Notes notes;
    Promise<> event;
    note_around(event.deferred(), &notes).detach([](const std::exception_ptr&) {});

    event.resolve();

    CHECK(notes == Notes{"before", "after"});
}

TEST_SUITE_END();
