// SPDX-License-Identifier: MIT
#include "gate.h"

#include <hawser/reactor/blocking_call_from_thread.h>

#include <stdexcept>
#include <string>
#include <thread>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::blocking_call_from_thread;
using hawser::Deferred;
using hawser::Reactor;

namespace {

// Runs `asking` on a thread of its own while the reactor runs, which stops when it is done.
template <class Asking>
void ask(Reactor& reactor, Asking asking) {
    std::thread thread([&] {
        asking();
        reactor.call_from_thread([&] { reactor.stop(); });
    });
    CHECK(runs(reactor));
    thread.join();
}

template <class F>
std::string failure(Reactor& reactor, F call) {
    try {
        (void)blocking_call_from_thread(reactor, std::move(call));
    } catch (...) {
        return hawser::message_of(std::current_exception());
    }
    return "";
}

} // namespace

TEST_SUITE_BEGIN("blocking_call_from_thread");

TEST_CASE("a thread gets what a call on the reactor's thread returns") {
    Reactor reactor(no_signals());
    std::thread::id ran;
    std::string value;
    ask(reactor, [&] {
        blocking_call_from_thread(reactor, [&] { ran = std::this_thread::get_id(); });
        value = blocking_call_from_thread(reactor, [] { return std::string("forty-two"); });
    });

    CHECK(ran == std::this_thread::get_id());
    CHECK(value == "forty-two");
}

TEST_CASE("a thread waits for the Deferred that its call returns") {
    Reactor reactor(no_signals());
    hawser::Promise<int> promise;
    hawser::Timer later;
    int value = 0;
    ask(reactor, [&] {
        value = blocking_call_from_thread(reactor, [&] {
            later = reactor.call_later(std::chrono::milliseconds(1), [&] { promise.resolve(7); });
            return promise.deferred();
        });
        value += blocking_call_from_thread(reactor, [] { return Deferred<int>::succeed(1); });
        blocking_call_from_thread(reactor, [] { return Deferred<>::succeed(); });
    });

    CHECK(value == 8);
}

TEST_CASE("exceptions and failures are thrown in the thread") {
    Reactor reactor(no_signals());
    std::string thrown;
    std::string failed;
    std::string before;
    ask(reactor, [&] {
        thrown = failure(reactor, []() -> int { throw std::runtime_error("tripped"); });
        failed =
            failure(reactor, [] { return Deferred<int>::fail(hawser::Errc::refused, "asking"); });
        before = failure(reactor, []() -> Deferred<> { throw std::runtime_error("stumbled"); });
    });

    CHECK(thrown == "tripped");
    CHECK(failed == "asking: refused by the factory");
    CHECK(before == "stumbled");
}

TEST_CASE("on the reactor's own thread it is an error, not a deadlock") {
    Reactor reactor(no_signals());
    std::error_code in_run;
    std::error_code in_turn;
    const auto try_it = [&](std::error_code& code) {
        reactor.call_from_thread([&] {
            try {
                blocking_call_from_thread(reactor, [] {});
            } catch (const hawser::Error& error) {
                code = error.code();
            }
            if (!reactor.stopped()) {
                reactor.stop();
            }
        });
    };
    try_it(in_run);
    CHECK(runs(reactor));
    try_it(in_turn);
    turn_a_little(reactor);

    CHECK(in_run == std::errc::resource_deadlock_would_occur);
    CHECK(in_turn == std::errc::resource_deadlock_would_occur);
}

TEST_CASE("a thread may ask before the reactor runs") {
    Reactor reactor(no_signals());
    bool was_running = false;
    std::thread thread([&] {
        was_running = blocking_call_from_thread(reactor, [&] { return reactor.running(); });
        reactor.call_from_thread([&] { reactor.stop(); });
    });

    CHECK(runs(reactor));

    thread.join();
    CHECK(was_running);
}

TEST_CASE("a call that the reactor never makes fails with the reactor's end") {
    std::string text;
    bool ran = false;
    {
        Gate asking;
        Reactor reactor(no_signals());
        const auto done = reactor.defer_to_thread([&] {
            asking.open();
            text = failure(reactor, [&] { ran = true; });
        });
        REQUIRE(asking.wait());
    }

    CHECK(text == "waiting for the reactor: canceled");
    CHECK_FALSE(ran);
}

TEST_CASE("a Deferred that never comes fails with the reactor's end, and is dropped") {
    std::string text;
    std::thread thread;
    bool told = false;
    hawser::Promise<int> promise;
    promise.on_cancel([&] { told = true; });
    {
        Reactor reactor(no_signals());
        bool asked = false;
        thread = std::thread([&] {
            text = failure(reactor, [&] {
                asked = true;
                return promise.deferred();
            });
        });
        REQUIRE(turn_until(reactor, [&] { return asked; }));
    }
    thread.join();

    CHECK(text == "waiting for the reactor: canceled");
    CHECK(told);
}

TEST_CASE("a pool's thread may ask the reactor, and the end of both is no deadlock") {
    std::string text;
    hawser::Promise<int> never;
    {
        Reactor reactor(no_signals());
        bool asked = false;
        const auto done = reactor.defer_to_thread([&] {
            text = failure(reactor, [&] {
                asked = true;
                return never.deferred();
            });
        });
        REQUIRE(turn_until(reactor, [&] { return asked; }));
    }

    CHECK(text == "waiting for the reactor: canceled");
}

TEST_SUITE_END();
