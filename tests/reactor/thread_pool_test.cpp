// SPDX-License-Identifier: MIT
#include "gate.h"

#include <hawser/core/error.h>
#include <hawser/reactor/thread_pool.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using hawser::ThreadPool;
using reactor_test::Gate;
using reactor_test::OpenAtEnd;

namespace {

// A pool whose one thread is busy until the gate opens.
struct Busy {
    explicit Busy(std::size_t queue = 100) : pool({.threads = 1, .queue = queue}) {
        pool.call_in_thread([this] {
            begun.open();
            gate.wait();
        });
        begun.wait();
    }

    Gate begun;
    Gate gate;
    ThreadPool pool;
    OpenAtEnd open{gate};
};

std::error_code refusal(ThreadPool& pool) {
    try {
        pool.call_in_thread([] {});
    } catch (const hawser::Error& error) {
        return error.code();
    }
    return {};
}

} // namespace

TEST_SUITE_BEGIN("ThreadPool");

TEST_CASE("threads are started when there is work, up to the size") {
    Gate gate;
    ThreadPool pool({.threads = 3});
    const OpenAtEnd open(gate);
    CHECK(pool.threads() == 0);

    for (const std::size_t threads : {1U, 2U, 3U, 3U, 3U}) {
        pool.call_in_thread([&] { gate.wait(); });
        CHECK(pool.threads() == threads);
    }
}

TEST_CASE("one thread makes the calls in the order they were given") {
    std::vector<int> order; // of the one thread alone
    {
        Busy busy;
        for (int i = 0; i < 20; ++i) {
            busy.pool.call_in_thread([&order, i] { order.push_back(i); });
        }
        Gate done;
        busy.pool.call_in_thread([&] { done.open(); });
        busy.gate.open();
        REQUIRE(done.wait());
    }

    REQUIRE(order.size() == 20);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("calls from many threads are all made") {
    std::atomic<int> made = 0;
    {
        ThreadPool pool({.threads = 4});
        std::vector<std::thread> callers;
        Gate done;
        for (int caller = 0; caller < 4; ++caller) {
            callers.emplace_back([&] {
                for (int i = 0; i < 500; ++i) {
                    pool.call_in_thread([&] {
                        if (++made == 2000) {
                            done.open();
                        }
                    });
                }
            });
        }
        for (std::thread& caller : callers) {
            caller.join();
        }
        CHECK(done.wait());
    }
    CHECK(made == 2000);
}

TEST_CASE("a full queue refuses the next call") {
    Busy busy(2);
    auto kept = std::make_shared<int>();
    busy.pool.call_in_thread([] {});
    busy.pool.call_in_thread([] {});

    CHECK_THROWS_WITH_AS(busy.pool.call_in_thread([kept] {}),
                         "cannot call in a thread: the queue is full: resource temporarily "
                         "unavailable",
                         hawser::Error);

    CHECK(refusal(busy.pool) == std::errc::resource_unavailable_try_again);
    CHECK(busy.pool.waiting() == 2);
    CHECK(kept.use_count() == 1);
}

TEST_CASE("no queue at all still gives a call to a free thread") {
    ThreadPool pool({.threads = 1, .queue = 0});
    Gate gate;
    const OpenAtEnd open(gate);

    CHECK_FALSE(refusal(pool));
}

TEST_CASE("a call that has not begun can be taken back") {
    auto kept = std::make_shared<int>();
    ThreadPool::Ticket first;
    ThreadPool::Ticket second;
    {
        Busy busy;
        first = busy.pool.call_in_thread([&] { ++*kept; });
        second = busy.pool.call_in_thread([kept] { ++*kept; });

        CHECK(second.take_back());
        CHECK_FALSE(second.take_back());

        CHECK(kept.use_count() == 1);
        Gate done;
        busy.pool.call_in_thread([&] { done.open(); });
        busy.gate.open();
        CHECK(done.wait());
        CHECK_FALSE(first.take_back());
    }
    CHECK_FALSE(first.take_back());
    CHECK_FALSE(ThreadPool::Ticket().take_back());
    CHECK(*kept == 1);
}

TEST_CASE("the end of a pool drops what has not begun and waits for what has") {
    auto kept = std::make_shared<int>();
    bool ended = false;
    {
        Gate begun;
        Gate gate;
        ThreadPool pool({.threads = 1});
        pool.call_in_thread([&] {
            begun.open();
            gate.wait();
            ended = true;
        });
        REQUIRE(begun.wait());
        pool.call_in_thread([kept] { *kept = 1; });

        pool.close();

        CHECK(kept.use_count() == 1);
        CHECK(refusal(pool) == hawser::Errc::canceled);
        gate.open();
    }
    CHECK(ended);
    CHECK(*kept == 0);
}

TEST_CASE("an exception is reported, and the thread goes on") {
    const hawser::testing::LogCapture log;
    ThreadPool pool({.threads = 1});
    Gate done;

    pool.call_in_thread([] { throw std::runtime_error("tripped"); });
    pool.call_in_thread([&] { done.open(); });

    CHECK(done.wait());
    CHECK(log.count("error reactor: a call in a thread threw: tripped") == 1);
}

TEST_CASE("a pool can grow and shrink") {
    Busy busy;
    Gate second;
    busy.pool.call_in_thread([&] { second.open(); });
    CHECK(busy.pool.waiting() == 1);

    busy.pool.set_size(2);

    CHECK(second.wait());
    CHECK(busy.pool.size() == 2);
    CHECK(busy.pool.threads() == 2);
    busy.pool.set_size(1);
    busy.gate.open();
    while (busy.pool.threads() > 1) {
        std::this_thread::yield();
    }
    CHECK_FALSE(refusal(busy.pool));
}

TEST_CASE("a pool of no threads is refused") {
    CHECK_THROWS_AS(ThreadPool({.threads = 0}), hawser::Error);
    ThreadPool pool;
    CHECK_THROWS_AS(pool.set_size(0), hawser::Error);
    CHECK(pool.size() == 10);
}

TEST_CASE("the process's signals are not for a pool's threads") {
    ThreadPool pool;
    Gate done;
    sigset_t mask;
    sigemptyset(&mask);
    pool.call_in_thread([&] {
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        done.open();
    });

    REQUIRE(done.wait());

    CHECK(sigismember(&mask, SIGTERM) == 1);
    CHECK(sigismember(&mask, SIGCHLD) == 1);
}

TEST_SUITE_END();
