// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::Promise;
using hawser::testing::LogCapture;

namespace {

std::exception_ptr oops() {
    return std::make_exception_ptr(std::runtime_error("oops"));
}

} // namespace

TEST_SUITE_BEGIN("Deferred");

TEST_CASE("an unhandled failure is reported once, when it is dropped") {
    const LogCapture log;
    {
        auto deferred = Deferred<int>::fail(oops()).then([](int) {}).then([] {});
        CHECK(log.lines().empty());
    }

    CHECK(log.lines() == std::vector<std::string>{"error deferred: unhandled failure: oops"});
}

TEST_CASE("the report does not wait for the promise to go") {
    const LogCapture log;
    Promise<> promise;
    {
        auto deferred = promise.deferred();
        promise.fail(oops());
    }

    CHECK(log.count("unhandled failure: oops") == 1);
}

TEST_CASE("a failure that was handled is not reported") {
    const LogCapture log;

    {
        auto deferred = Deferred<>::fail(oops()).recover([](const std::exception_ptr&) {});
    }

    CHECK(log.lines().empty());
}

TEST_CASE("a failure that comes after the drop is not reported") {
    const LogCapture log;
    Promise<> promise;

    {
        auto deferred = promise.deferred().then([] {});
    }
    promise.fail(oops());

    CHECK(log.lines().empty());
}

TEST_CASE("a failure that another Deferred passed on is reported once") {
    const LogCapture log;
    Promise<> inner;
    {
        auto outer = Deferred<>::succeed().then([&] { return inner.deferred(); });
        inner.fail(oops());
        CHECK(log.lines().empty());
    }

    CHECK(log.count("unhandled failure: oops") == 1);
}

TEST_CASE("a failure that finally replaces is not reported") {
    const LogCapture log;
    Promise<> cleaned;
    auto deferred = Deferred<>::fail(oops())
                        .finally([&] { return cleaned.deferred(); })
                        .recover([](const std::exception_ptr&) {});

    cleaned.fail(std::make_error_code(std::errc::io_error), "cleaning");

    CHECK(log.lines().empty());
}

TEST_CASE("detach lets it go on, and tells of a failure alone") {
    std::vector<std::string> seen;
    auto note = [&](const std::exception_ptr& error) { seen.push_back(hawser::message_of(error)); };
    Promise<> good;
    Promise<> bad;
    good.deferred().then([&] { seen.emplace_back("ran"); }).detach(note);
    bad.deferred().detach(note);

    good.resolve();
    bad.fail(oops());
    Deferred<>::fail(oops()).detach(note);

    CHECK(seen == std::vector<std::string>{"ran", "oops", "oops"});
}

TEST_CASE("an exception from detach's handler is reported") {
    const LogCapture log;

    Deferred<>::fail(oops()).detach(
        [](const std::exception_ptr&) { throw std::runtime_error("handler"); });

    CHECK(log.count("unhandled failure: handler") == 1);
}

TEST_CASE("a step that returns its own Deferred is diagnosed") {
    const LogCapture log;
    Promise<> promise;
    Deferred<> own;
    own = promise.deferred().then([&] { return std::move(own); }).then([] {});

    promise.resolve();

    CHECK(log.count("a step of a Deferred waits for that same Deferred") == 1);
}

TEST_SUITE_END();
