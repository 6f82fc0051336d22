// SPDX-License-Identifier: MIT
#include <hawser/core/when_any.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;
using hawser::when_any;
using hawser::Winner;
using hawser::testing::LogCapture;

namespace {

std::exception_ptr failure(const char* text) {
    return std::make_exception_ptr(std::runtime_error(text));
}

/// A race of three, and what came of it.
struct Race {
    Promise<std::string> runners[3];
    std::string seen;
    Deferred<> over =
        when_any(runners[0].deferred(), runners[1].deferred(), runners[2].deferred())
            .then(
                [this](const Winner<std::string>& winner) {
                    seen = std::to_string(winner.index) + winner.value;
                },
                [this](const std::exception_ptr& error) { seen = hawser::message_of(error); });
};

} // namespace

TEST_SUITE_BEGIN("when_any");

TEST_CASE("the first value wins, and the others are dropped") {
    const LogCapture log;
    Race race;
    bool stopped = false;
    race.runners[2].on_cancel([&] { stopped = true; });

    race.runners[1].resolve("b");

    CHECK(race.seen == "1b");
    CHECK(stopped);
    CHECK_FALSE(race.runners[0].wanted());
    race.runners[0].resolve("late");
    race.runners[2].fail(failure("late"));
    CHECK(race.seen == "1b");
    CHECK(log.lines().empty());
}

TEST_CASE("failures are passed over while others run") {
    const LogCapture log;
    Race race;

    race.runners[0].fail(failure("a"));
    race.runners[2].fail(failure("c"));
    CHECK(race.seen.empty());
    race.runners[1].resolve("b");

    CHECK(race.seen == "1b");
    CHECK(log.lines().empty());
}

TEST_CASE("when all fail it fails with that of the first in order") {
    Race race;

    race.runners[2].fail(failure("c"));
    race.runners[0].fail(failure("a"));
    race.runners[1].fail(failure("b"));

    CHECK(race.seen == "a");
}

TEST_CASE("a race of none fails at once") {
    std::error_code seen;

    auto none = when_any(std::vector<Deferred<int>>()).recover([&](const std::exception_ptr& e) {
        seen = hawser::code_of(e);
        return Winner<int>();
    });

    CHECK(seen == std::errc::invalid_argument);
}

TEST_CASE("of results that are there already the first in order wins") {
    Promise<int> slow;
    std::optional<int> seen;

    auto over = when_any(slow.deferred(), Deferred<int>::fail(failure("oops")),
                         Deferred<int>::succeed(2), Deferred<int>::succeed(3))
                    .then([&](Winner<int> winner) { seen = winner.value; });

    CHECK(seen == 2);
    CHECK_FALSE(slow.wanted());
}

TEST_CASE("all failed already") {
    std::string seen;

    auto over = when_any(Deferred<>::fail(failure("a")), Deferred<>::fail(failure("b")))
                    .then([](Winner<void>) {})
                    .recover([&](const std::exception_ptr& e) { seen = hawser::message_of(e); });

    CHECK(seen == "a");
}

TEST_CASE("canceling or dropping it drops all") {
    Race canceled;
    canceled.over.cancel();
    CHECK(canceled.seen == "gave up: canceled");

    Race dropped;
    dropped.over = Deferred<>();
    CHECK(dropped.seen.empty());

    for (auto* race : {&canceled, &dropped}) {
        for (auto& runner : race->runners) {
            CHECK_FALSE(runner.wanted());
        }
    }
}

TEST_SUITE_END();
