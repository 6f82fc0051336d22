// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::UniqueFunction;
using hawser::testing::LogCapture;

namespace {

using Notes = std::vector<std::string>;

/// Awaits \p first, then \p second however that went, and notes how each went.
Deferred<> wait_for_both(Deferred<> first, Deferred<> second, Notes* notes) {
    try {
        co_await std::move(first);
        notes->emplace_back("first");
    } catch (const std::system_error& error) {
        notes->push_back("first: " + error.code().message());
    }
    try {
        co_await std::move(second);
        notes->emplace_back("second");
    } catch (const std::system_error& error) {
        notes->push_back("second: " + error.code().message());
        throw;
    }
}

Deferred<int> pass(Deferred<int> input) {
    co_return co_await std::move(input);
}

/// Calls \p action between two awaits.
Deferred<> act(Deferred<> start, std::shared_ptr<UniqueFunction<void()>> action, Deferred<> next,
               Notes* notes) {
    co_await std::move(start);
    (*action)();
    notes->emplace_back("went on");
    co_await Deferred<>::succeed();
    notes->emplace_back("had a ready one");
    try {
        co_await std::move(next);
        notes->emplace_back("had the next");
    } catch (const std::system_error& error) {
        notes->push_back("next: " + error.code().message());
    }
}

template <class F>
std::shared_ptr<UniqueFunction<void()>> shared(F function) {
    return std::make_shared<UniqueFunction<void()>>(std::move(function));
}

} // namespace

TEST_SUITE_BEGIN("coroutine: cancel");

TEST_CASE("canceling a coroutine cancels what it awaits, and it sees canceled there") {
    Notes notes;
    Promise<> first;
    Promise<> second;
    int stopped = 0;
    first.on_cancel([&] { ++stopped; });
    auto deferred = wait_for_both(first.deferred(), second.deferred(), &notes);

    deferred.cancel();

    CHECK(stopped == 1);
    CHECK_FALSE(first.wanted());
    CHECK(notes == Notes{"first: canceled"});
}

TEST_CASE("a body may go on after a cancel, and be canceled again") {
    Notes notes;
    Promise<> first;
    Promise<> second;
    std::error_code seen;
    auto deferred =
        wait_for_both(first.deferred(), second.deferred(), &notes)
            .recover([&](const std::exception_ptr& error) { seen = hawser::code_of(error); });

    deferred.cancel();
    CHECK_FALSE(deferred.settled());
    CHECK(second.wanted());
    deferred.cancel();

    CHECK(notes == Notes{"first: canceled", "second: canceled"});
    CHECK(seen == Errc::canceled);
}

TEST_CASE("a result that comes after the cancel is dropped") {
    const LogCapture log;
    Notes notes;
    Promise<> first;
    Promise<> second;
    auto deferred = wait_for_both(first.deferred(), second.deferred(), &notes);
    deferred.cancel();

    first.resolve();
    first.resolve();
    second.resolve();

    CHECK(notes == Notes{"first: canceled", "second"});
    CHECK(log.lines().empty());
}

TEST_CASE("a cancel goes through coroutines that wait for coroutines") {
    Promise<int> promise;
    int stopped = 0;
    std::error_code seen;
    promise.on_cancel([&] { ++stopped; });
    auto deferred = pass(pass(pass(promise.deferred()).then([](int value) {
                        return value;
                    }))).recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
        return 0;
    });

    deferred.cancel();

    CHECK(stopped == 1);
    CHECK(seen == Errc::canceled);
}

TEST_CASE("a producer that brings a value when it is canceled is believed") {
    Promise<int> promise;
    std::optional<int> seen;
    promise.on_cancel([&] { promise.resolve(9); });
    auto deferred = pass(promise.deferred()).then([&](int value) { seen = value; });

    deferred.cancel();

    CHECK(seen == 9);
}

TEST_CASE("cancel does nothing once the coroutine has ended") {
    const LogCapture log;
    auto deferred = pass(Deferred<int>::succeed(3));

    deferred.cancel();

    std::optional<int> seen;
    auto next = std::move(deferred).then([&](int value) { seen = value; });
    CHECK(seen == 3);
}

TEST_CASE("canceled while it runs, it sees that where it next would wait") {
    Notes notes;
    Promise<> start;
    Promise<> next;
    Deferred<> deferred;
    deferred = act(start.deferred(), shared([&] { deferred.cancel(); }), next.deferred(), &notes);

    start.resolve();

    CHECK(notes == Notes{"went on", "had a ready one", "next: canceled"});
    CHECK_FALSE(next.wanted());
    CHECK(deferred.settled());
}

TEST_CASE("canceled while it runs and never waiting again, it ends as it would have") {
    Notes notes;
    Promise<> start;
    Deferred<> deferred;
    deferred =
        act(start.deferred(), shared([&] { deferred.cancel(); }), Deferred<>::succeed(), &notes);

    start.resolve();

    CHECK(notes == Notes{"went on", "had a ready one", "had the next"});
    CHECK(deferred.settled());
}

TEST_CASE("canceled while it runs, a value that the next producer brings instead is believed") {
    Notes notes;
    Promise<> start;
    Promise<> next;
    next.on_cancel([&] { next.resolve(); });
    Deferred<> deferred;
    deferred = act(start.deferred(), shared([&] { deferred.cancel(); }), next.deferred(), &notes);

    start.resolve();

    CHECK(notes.back() == "had the next");
}

TEST_CASE("canceled while it runs, what it awaits next may recover and is waited for") {
    Notes notes;
    Promise<> start;
    Promise<> next;
    Promise<> other;
    Deferred<> deferred;
    deferred =
        act(start.deferred(), shared([&] { deferred.cancel(); }),
            next.deferred().recover([&](const std::exception_ptr&) { return other.deferred(); }),
            &notes);

    start.resolve();
    CHECK_FALSE(deferred.settled());
    other.resolve();

    CHECK(notes.back() == "had the next");
    CHECK(deferred.settled());
}

TEST_SUITE_END();
