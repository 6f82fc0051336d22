// SPDX-License-Identifier: MIT
#include "gate.h"

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Reactor;
using hawser::ThreadPool;

namespace {

template <class T>
std::error_code code_after(Reactor& reactor, Deferred<T> result) {
    std::optional<std::error_code> code;
    const auto done =
        std::move(result)
            .then([&](auto&&...) { code.emplace(); })
            .recover([&](const std::exception_ptr& error) { code = hawser::code_of(error); });
    CHECK(turn_until(reactor, [&] { return code.has_value(); }));
    return code.value_or(std::error_code());
}

// The one thread of a pool is busy until the gate opens.
void keep_busy(ThreadPool& pool, Gate& gate) {
    Gate begun;
    pool.call_in_thread([&] {
        begun.open();
        gate.wait();
    });
    CHECK(begun.wait());
}

} // namespace

TEST_SUITE_BEGIN("defer_to_thread");

TEST_CASE("a call runs on another thread, and its result comes to the reactor's") {
    Reactor reactor(no_signals());
    std::thread::id called;
    std::thread::id told;
    std::string value;
    const auto done = reactor
                          .defer_to_thread([&] {
                              called = std::this_thread::get_id();
                              return std::string("forty-two");
                          })
                          .then([&](std::string result) {
                              told = std::this_thread::get_id();
                              value = std::move(result);
                              reactor.stop();
                          });

    CHECK(runs(reactor));

    CHECK(value == "forty-two");
    CHECK(called != std::this_thread::get_id());
    CHECK(told == std::this_thread::get_id());
}

TEST_CASE("values that only move, and none at all, come as well") {
    Reactor reactor(no_signals());
    std::unique_ptr<int> moved;
    bool told = false;
    const auto first = reactor.defer_to_thread([] { return std::make_unique<int>(7); })
                           .then([&](std::unique_ptr<int> value) { moved = std::move(value); });
    const auto second =
        reactor.defer_to_thread([kept = std::make_unique<int>(1)] { ++*kept; }).then([&] {
            told = true;
        });

    CHECK(turn_until(reactor, [&] { return moved && told; }));

    CHECK(*moved == 7);
}

TEST_CASE("an exception is carried") {
    Reactor reactor(no_signals());
    std::string text;
    const auto done = reactor.defer_to_thread([]() -> int { throw std::runtime_error("tripped"); })
                          .recover([&](const std::exception_ptr& error) {
                              text = hawser::message_of(error);
                              return 0;
                          });

    CHECK(turn_until(reactor, [&] { return !text.empty(); }));

    CHECK(text == "tripped");
}

TEST_CASE("what a call has captured is destroyed where it ran") {
    struct Tells {
        explicit Tells(std::thread::id& where) : destroyed(where) {}
        ~Tells() { destroyed = std::this_thread::get_id(); }
        std::thread::id& destroyed;
    };
    std::thread::id ran;
    std::thread::id destroyed;
    Reactor reactor(no_signals());

    CHECK_FALSE(code_after(
        reactor, reactor.defer_to_thread([&ran, tells = std::make_unique<Tells>(destroyed)] {
            ran = std::this_thread::get_id();
        })));

    CHECK(ran == destroyed);
}

TEST_CASE("a Deferred dropped or canceled before its call began takes it back") {
    Reactor reactor(no_signals());
    Gate gate;
    ThreadPool pool({.threads = 1});
    const OpenAtEnd open(gate);
    keep_busy(pool, gate);
    std::atomic<int> ran = 0;
    std::error_code code;
    {
        const auto dropped = defer_to_thread(reactor, pool, [&] { ++ran; });
        auto canceled = defer_to_thread(reactor, pool, [&] { ++ran; });
        CHECK(pool.waiting() == 2);

        canceled.cancel();

        code = code_after(reactor, std::move(canceled));
        CHECK(pool.waiting() == 1);
    }
    CHECK(pool.waiting() == 0);
    CHECK(code == hawser::Errc::canceled);
    gate.open();
    CHECK_FALSE(code_after(reactor, defer_to_thread(reactor, pool, [] {})));
    CHECK(ran == 0);
}

TEST_CASE("a Deferred dropped after its call began leaves the result to nobody") {
    Reactor reactor(no_signals());
    Gate gate;
    Gate begun;
    auto result = std::make_shared<int>();
    const std::weak_ptr<int> watched = result;
    {
        const auto dropped = reactor.defer_to_thread([&, kept = std::move(result)]() mutable {
            begun.open();
            gate.wait();
            return std::move(kept);
        });
        REQUIRE(begun.wait());
    }
    gate.open();

    CHECK(turn_until(reactor, [&] { return watched.expired(); }));
}

TEST_CASE("a full queue fails the Deferred") {
    Reactor reactor(no_signals());
    Gate gate;
    ThreadPool pool({.threads = 1, .queue = 0});
    const OpenAtEnd open(gate);
    keep_busy(pool, gate);

    CHECK(code_after(reactor, defer_to_thread(reactor, pool, [] { return 1; })) ==
          std::errc::resource_unavailable_try_again);
}

TEST_CASE("a pool that ends cancels what it has not begun") {
    Reactor reactor(no_signals());
    Gate gate;
    Deferred<int> waiting;
    {
        ThreadPool pool({.threads = 1});
        const OpenAtEnd open(gate);
        keep_busy(pool, gate);
        waiting = defer_to_thread(reactor, pool, [] { return 1; });
        pool.close();
    }

    CHECK(code_after(reactor, std::move(waiting)) == hawser::Errc::canceled);
}

TEST_CASE("a reactor that ends first cancels, and waits for what has begun") {
    std::error_code of_begun;
    std::error_code of_waiting;
    std::atomic<bool> returned = false;
    std::atomic<bool> ran = false;
    Gate gate;
    Deferred<> begun_done;
    Deferred<> waiting_done;
    {
        auto options = no_signals();
        options.thread_pool.threads = 1;
        Reactor reactor(options);
        Gate begun;
        begun_done = reactor
                         .defer_to_thread([&] {
                             begun.open();
                             gate.wait();
                             returned = true;
                         })
                         .recover([&](const std::exception_ptr& error) {
                             of_begun = hawser::code_of(error);
                             gate.open(); // the destructor waits for it
                         });
        waiting_done = reactor.defer_to_thread([&] { ran = true; })
                           .recover([&](const std::exception_ptr& error) {
                               of_waiting = hawser::code_of(error);
                           });
        REQUIRE(begun.wait());
    }
    CHECK(of_begun == hawser::Errc::canceled);
    CHECK(of_waiting == hawser::Errc::canceled);
    CHECK(returned);
    CHECK_FALSE(ran);
}

TEST_CASE("a pool may outlive the reactor that waits for it") {
    Gate gate;
    Gate begun;
    std::error_code code;
    std::atomic<bool> returned = false;
    ThreadPool pool({.threads = 1});
    const OpenAtEnd open(gate);
    Deferred<> done;
    {
        Reactor reactor(no_signals());
        done = defer_to_thread(reactor, pool, [&] {
                   begun.open();
                   gate.wait();
                   returned = true;
               }).recover([&](const std::exception_ptr& error) { code = hawser::code_of(error); });
        CHECK(begun.wait());
    }
    CHECK(code == hawser::Errc::canceled);

    gate.open();
    pool.close();
    pool.join();

    CHECK(returned);
}

TEST_CASE("a reactor that ends takes back what waits in a pool that goes on") {
    Gate gate;
    std::atomic<bool> ran = false;
    ThreadPool pool({.threads = 1});
    const OpenAtEnd open(gate);
    keep_busy(pool, gate);
    {
        Reactor reactor(no_signals());
        Deferred<> waiting =
            defer_to_thread(reactor, pool, [&] { ran = true; }).recover([](auto&&) {});
        CHECK(pool.waiting() == 1);
        std::move(waiting).detach([](auto&&) {});
    }

    CHECK(pool.waiting() == 0);
    CHECK_FALSE(ran);
}

TEST_CASE("a thousand calls on ten threads all bring their own result") {
    Reactor reactor(no_signals());
    std::vector<Deferred<>> waiting;
    int right = 0;
    int told = 0;
    for (int i = 0; i < 1000; ++i) {
        waiting.push_back(reactor.defer_to_thread([i] { return i * i; }).then([&, i](int square) {
            ++told;
            right += square == i * i ? 1 : 0;
        }));
    }

    CHECK(turn_until(reactor, [&] { return told == 1000; }));

    CHECK(right == 1000);
    CHECK(reactor.thread_pool().threads() <= 10);
}

TEST_SUITE_END();
