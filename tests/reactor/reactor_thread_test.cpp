// SPDX-License-Identifier: MIT
#include "gate.h"

#include <hawser/core/sleep.h>
#include <hawser/reactor/reactor_thread.h>

#include <pthread.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Reactor;
using hawser::ReactorThread;
using std::chrono::milliseconds;

namespace {

/// Says goodbye before it goes.
class Polite final : public hawser::Protocol {
public:
    explicit Polite(Gate& made) : made_(made) {}

private:
    void connection_made() override { made_.open(); }
    bool stop_requested() override {
        transport().write("goodbye");
        return false;
    }

    Gate& made_;
};

Deferred<int> seven_later(Reactor& reactor) {
    co_await hawser::sleep(reactor, milliseconds(1));
    co_return 7;
}

} // namespace

TEST_SUITE_BEGIN("ReactorThread");

TEST_CASE("when it is there it runs, on a thread of its own") {
    ReactorThread thread;
    const auto ran = thread.call([](Reactor& reactor) {
        CHECK(reactor.running());
        return std::this_thread::get_id();
    });
    CHECK(ran != std::this_thread::get_id());
    CHECK(ran == thread.call([](Reactor&) { return std::this_thread::get_id(); }));
}

TEST_CASE("what cannot be made is told where it was asked for") {
    hawser::ReactorOptions options;
    options.drain_timeout = milliseconds(-1);
    CHECK_THROWS_WITH_AS(
        ReactorThread{options},
        doctest::Contains("cannot make a reactor with a negative time: invalid argument"),
        hawser::Error);
}

TEST_CASE("calls are made in their order, and one that throws is nobody else's trouble") {
    ReactorThread thread;
    std::vector<int> order; // of its thread alone, until a call has returned
    thread.post([&](Reactor&) { order.push_back(1); });
    thread.post([&](Reactor&) { throw std::runtime_error("tripped"); });
    thread.post([&](Reactor&) { order.push_back(2); });
    CHECK(thread.call([&](Reactor&) { return order; }) == std::vector<int>{1, 2});
}

TEST_CASE("a call gives what its Deferred brings, and throws what it throws") {
    ReactorThread thread;
    CHECK(thread.call([](Reactor& reactor) { return seven_later(reactor); }) == 7);
    CHECK_THROWS_WITH(thread.call([](Reactor&) -> int { throw std::runtime_error("tripped"); }),
                      "tripped");
}

TEST_CASE("a call from its own thread is an error, not a deadlock") {
    ReactorThread thread;
    const auto code = thread.call([&](Reactor&) {
        try {
            thread.call([](Reactor&) {});
        } catch (const hawser::Error& error) {
            return error.code();
        }
        return std::error_code();
    });
    CHECK(code == std::errc::resource_deadlock_would_occur);
}

TEST_CASE("the destructor ends it in good order") {
    Gate made;
    hawser::Listener listener;
    std::optional<RawPeer> peer;
    {
        ReactorThread thread;
        thread.call([&](Reactor& reactor) {
            listener = reactor.listen(
                "tcp:127.0.0.1:0", hawser::factory([&] { return std::make_unique<Polite>(made); }));
        });
        peer.emplace(RawPeer::connect(listener.address()));
        REQUIRE(made.wait());
    }
    CHECK_FALSE(listener.listening());
    peer->pump();
    CHECK(peer->seen() == "goodbye");
    CHECK(peer->saw_end());
}

TEST_CASE("one that was stopped makes calls still") {
    ReactorThread thread;
    thread.stop();
    thread.stop();
    CHECK_FALSE(thread.call([](Reactor& reactor) { return reactor.running(); }));
    CHECK(thread.call([](Reactor& reactor) { return seven_later(reactor); }) == 7);
}

TEST_CASE("what waits for a call that its end cuts short is told") {
    std::string text;
    std::thread waiting;
    hawser::Promise<int> never;
    {
        Gate asked;
        ReactorThread thread;
        waiting = std::thread([&] {
            try {
                (void)thread.call([&](Reactor&) {
                    asked.open();
                    return never.deferred();
                });
            } catch (const hawser::Error& error) {
                text = error.what();
            }
        });
        REQUIRE(asked.wait());
    }
    waiting.join();
    CHECK(text == "waiting for the reactor: canceled");
}

TEST_CASE("the process's signals are not for its thread") {
    ReactorThread thread;
    CHECK(thread.call([](Reactor&) {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        return sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGCHLD) == 1 &&
               sigismember(&mask, SIGSEGV) == 0; // a crash handler of the program's sees it
    }));
}

TEST_SUITE_END();
