// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/core/sleep.h>
#include <hawser/reactor/react.h>
#include <hawser/testing/log_capture.h>

#include <csignal>
#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Errc;
using hawser::ExitRequest;
using hawser::Promise;
using hawser::react;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

void send(int number) {
    ::kill(::getpid(), number);
}

Deferred<int> count_down(Reactor& reactor, int from) {
    while (from > 0) {
        co_await hawser::sleep(reactor, milliseconds(1));
        --from;
    }
    co_return 7;
}

Deferred<> ask_to_exit(Reactor& reactor) {
    co_await hawser::sleep(reactor, milliseconds(1));
    throw ExitRequest(7);
}

/// Interrupted, it still has something to do, which takes a while.
Deferred<int> clean_up(Reactor& reactor, bool& cleaned) {
    bool canceled = false;
    send(SIGINT);
    try {
        co_await hawser::sleep(reactor, patience);
    } catch (const hawser::Error& error) {
        canceled = error.code() == Errc::canceled;
    }
    co_await hawser::sleep(reactor, milliseconds(1));
    cleaned = canceled && reactor.running();
    co_return 5;
}

} // namespace

TEST_SUITE_BEGIN("react");

TEST_CASE("what main brings is the exit code") {
    CHECK(react([](Reactor&) { return Deferred<>::succeed(); }) == 0);
    CHECK(react([](Reactor&) { return Deferred<int>::succeed(7); }) == 7);
    CHECK(react([](Reactor& reactor) { return count_down(reactor, 3); }) == 7);
}

TEST_CASE("a failure is 1, with a report; an ExitRequest is its code, without") {
    const hawser::testing::LogCapture log;
    CHECK(react([](Reactor&) -> Deferred<> { throw std::runtime_error("out of cheese"); }) == 1);
    CHECK(log.count("critical reactor: main failed: out of cheese") == 1);
    CHECK(react([](Reactor&) { return Deferred<>::fail(Errc::timed_out, "cannot go on"); }) == 1);
    CHECK(log.count("critical reactor: main failed: cannot go on: timed out") == 1);
    // A main that something else canceled has failed: nobody told the program to stop.
    CHECK(react([](Reactor&) { return Deferred<>::fail(Errc::canceled, "the job"); }) == 1);
    CHECK(log.count("critical reactor: main failed: the job: canceled") == 1);

    CHECK(react(ask_to_exit) == 7);
    CHECK(react([](Reactor&) -> Deferred<> { throw ExitRequest(3); }) == 3);
    CHECK(log.count("main failed") == 3);
}

TEST_CASE("main runs in a reactor that runs, and its connections end in good order") {
    Story served;
    hawser::Listener listener;
    std::optional<RawPeer> peer;
    const int code = react([&](Reactor& reactor) {
        CHECK(reactor.running());
        listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        peer.emplace(RawPeer::connect(listener.address()));
        return hawser::sleep(reactor, milliseconds(5));
    });

    CHECK(code == 0);
    CHECK(served.reason == std::error_code());
}

TEST_CASE("a signal cancels main: 128 and the signal") {
    const hawser::testing::LogCapture log;
    for (const int number : {SIGINT, SIGTERM}) {
        bool told = false;
        Promise<> never;
        never.on_cancel([&] { told = true; });

        const int code = react([&](Reactor&) {
            send(number);
            return never.deferred();
        });

        CHECK(code == 128 + number);
        CHECK(told);
    }
    CHECK(log.count("main failed") == 0);
}

TEST_CASE("canceled, main may finish what it must, and what it brings counts") {
    bool cleaned = false;

    CHECK(react([&](Reactor& reactor) { return clean_up(reactor, cleaned); }) == 5);

    CHECK(cleaned);
}

TEST_CASE("canceled, main has drain_timeout; a second signal makes haste") {
    hawser::ReactorOptions options;
    options.drain_timeout = milliseconds(5);
    SUBCASE("at the deadline") {}
    SUBCASE("at a second signal") {
        options.drain_timeout = patience * 2;
    }
    const bool twice = options.drain_timeout > patience;
    hawser::Timer again;
    Promise<int> never;

    const int code = react(
        [&](Reactor& reactor) {
            send(SIGTERM);
            if (twice) {
                again = reactor.call_later(milliseconds(5), [] { send(SIGTERM); });
            }
            // Whatever happens it waits for something else.
            return hawser::sleep(reactor, patience)
                .then([] { return 0; })
                .recover([&](const std::exception_ptr&) { return never.deferred(); });
        },
        options);

    CHECK(code == 128 + SIGTERM);
    CHECK_FALSE(never.wanted());
}

TEST_CASE("stop() cancels main too: 0") {
    hawser::Timer stop;
    CHECK(react([&](Reactor& reactor) {
              stop = reactor.call_later(milliseconds(1), [&] { reactor.stop(); });
              return hawser::sleep(reactor, patience);
          }) == 0);
}

TEST_SUITE_END();
