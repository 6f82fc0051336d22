// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using hawser::Deferred;
using hawser::Promise;
using hawser::testing::LogCapture;

TEST_SUITE_BEGIN("Deferred: drop");

TEST_CASE("dropping it stops the producer, and no step runs") {
    Promise<int> promise;
    int stopped = 0;
    int steps = 0;
    promise.on_cancel([&] { ++stopped; });
    {
        auto deferred = promise.deferred()
                            .then([&](int) { ++steps; })
                            .recover([&](const std::exception_ptr&) { ++steps; })
                            .finally([&] { ++steps; });
    }
    CHECK(stopped == 1);
    CHECK_FALSE(promise.wanted());

    promise.resolve(1);
    promise.resolve(2);

    CHECK(steps == 0);
}

TEST_CASE("dropping it destroys what its steps captured, at once") {
    Promise<> promise;
    auto captured = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = captured;
    {
        auto deferred = promise.deferred().then([captured = std::move(captured)] {});
        CHECK_FALSE(watch.expired());
    }

    CHECK(watch.expired());
}

TEST_CASE("assigning to it drops what it was") {
    Promise<> first;
    Promise<> second;
    auto deferred = first.deferred();

    deferred = second.deferred();

    CHECK_FALSE(first.wanted());
    CHECK(second.wanted());
}

TEST_CASE("dropping it stops the inner producer too, and the outer is done") {
    Promise<> outer;
    Promise<> inner;
    bool stopped = false;
    inner.on_cancel([&] { stopped = true; });
    {
        auto deferred = outer.deferred().then([&] { return inner.deferred(); }).then([] {});
        outer.resolve();
        CHECK_FALSE(stopped);
    }

    CHECK(stopped);
}

TEST_CASE("a canceller that throws on a drop is reported") {
    const LogCapture log;
    Promise<> promise;
    promise.on_cancel([] { throw std::runtime_error("oops"); });

    { auto deferred = promise.deferred(); }

    CHECK(log.lines() == std::vector<std::string>{"error deferred: canceling failed: oops"});
}

TEST_CASE("a canceller may drop or use its promise on a drop: nobody is told") {
    const LogCapture log;
    auto dropped = std::make_unique<Promise<int>>();
    Promise<int> used;
    int steps = 0;
    dropped->on_cancel([&] { dropped.reset(); });
    used.on_cancel([&] { used.resolve(1); });
    {
        auto first = dropped->deferred().then([&](int) { ++steps; });
        auto second = used.deferred().then([&](int) { ++steps; });
    }

    CHECK(steps == 0);
    CHECK(log.lines().empty());
}

TEST_CASE("the canceller is not called, and is gone, once there is a result") {
    Promise<> promise;
    auto captured = std::make_shared<int>(0);
    promise.on_cancel([captured] { ++*captured; });
    {
        auto deferred = promise.deferred();
        promise.resolve();
    }

    CHECK(*captured == 0);
    CHECK(captured.use_count() == 1);
}

TEST_CASE("a canceller set when nobody waits any more is not kept") {
    Promise<> promise;
    auto captured = std::make_shared<int>(0);
    { auto deferred = promise.deferred(); }

    promise.on_cancel([captured] { ++*captured; });

    CHECK(captured.use_count() == 1);
}

TEST_SUITE_END();
