// SPDX-License-Identifier: MIT
#include <hawser/core/deferred_semaphore.h>

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Deferred;
using hawser::DeferredLock;
using hawser::DeferredSemaphore;
using hawser::Errc;
using hawser::Promise;
using Permit = DeferredSemaphore::Permit;

namespace {

/// Someone who wants a permit, and keeps it.
class Worker {
public:
    Worker(std::string name, Deferred<Permit> permit, std::vector<std::string>& order)
        : waits(std::move(permit).then([this, name, &order](Permit given) {
              order.push_back(name);
              has = std::move(given);
          })) {}
    Permit has;
    Deferred<> waits;
};

Deferred<> hold_for_a_moment(Deferred<Permit> permit, int* turns) {
    const Permit held = co_await std::move(permit);
    ++*turns;
}

} // namespace

TEST_SUITE_BEGIN("DeferredSemaphore");

TEST_CASE("a lock goes from one to the next in the order they came") {
    DeferredLock lock;
    std::vector<std::string> order;
    Worker first("first", lock.acquire(), order);
    Worker second("second", lock.acquire(), order);
    Worker third("third", lock.acquire(), order);
    CHECK(order == std::vector<std::string>{"first"});
    CHECK(lock.locked());
    CHECK(lock.waiting() == 2);

    first.has.release();
    CHECK(order == std::vector<std::string>{"first", "second"});
    second.has = Permit();
    CHECK(order == std::vector<std::string>{"first", "second", "third"});
    third.has.release();

    CHECK_FALSE(lock.locked());
}

TEST_CASE("to release what is not held is an error") {
    DeferredLock lock;
    Permit permit = std::move(*lock.try_acquire());
    permit.release();

    CHECK_FALSE(permit);
    CHECK_THROWS_WITH_AS(permit.release(),
                         "cannot release a permit that is not held: operation not permitted",
                         hawser::Error);
    CHECK_FALSE(lock.locked());
}

TEST_CASE("nobody passes by those who wait") {
    DeferredSemaphore semaphore(2);
    std::vector<std::string> order;
    Permit one = std::move(*semaphore.try_acquire());
    Permit other = std::move(*semaphore.try_acquire());
    bool passed = false;
    auto first = semaphore.acquire().then([&](Permit given) {
        order.emplace_back("first");
        other.release(); // one is free now, and the second waits for it
        passed = semaphore.try_acquire().has_value();
        one = std::move(given);
    });
    Worker second("second", semaphore.acquire(), order);

    one.release();

    CHECK_FALSE(passed);
    CHECK(order == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a semaphore of none is an error") {
    CHECK_THROWS_WITH_AS(DeferredSemaphore(0), "a semaphore of no permits: invalid argument",
                         hawser::Error);
}

TEST_CASE("so many at once, the next one waits") {
    DeferredSemaphore semaphore(2);
    std::vector<std::string> order;
    auto first = std::make_unique<Worker>("first", semaphore.acquire(), order);
    Worker second("second", semaphore.acquire(), order);
    Worker third("third", semaphore.acquire(), order);
    CHECK(order.size() == 2);
    CHECK(semaphore.available() == 0);

    first.reset(); // its permit goes with it

    CHECK(order == std::vector<std::string>{"first", "second", "third"});
}

TEST_CASE("one who is canceled or dropped leaves the queue") {
    DeferredLock lock;
    std::vector<std::string> order;
    Permit held = std::move(*lock.try_acquire());
    Worker canceled("canceled", lock.acquire(), order);
    auto dropped = std::make_unique<Worker>("dropped", lock.acquire(), order);
    Worker last("last", lock.acquire(), order);
    std::error_code seen;
    auto recovered = std::move(canceled.waits).recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
    });

    recovered.cancel();
    dropped.reset();
    CHECK(lock.waiting() == 1);
    held.release();

    CHECK(seen == Errc::canceled);
    CHECK(order == std::vector<std::string>{"last"});
}

TEST_CASE("a permit given to one who is gone is given back") {
    DeferredLock lock;
    Permit held = std::move(*lock.try_acquire());
    Deferred<Permit> waits = lock.acquire();
    held.release();
    CHECK(lock.locked());

    waits = Deferred<Permit>();

    CHECK_FALSE(lock.locked());
}

TEST_CASE("nobody overtakes those who wait") {
    DeferredLock lock;
    std::vector<std::string> order;
    std::optional<Permit> overtaker;
    Permit held = std::move(*lock.try_acquire());
    Deferred<> first = lock.acquire().then([&](Permit) {
        order.emplace_back("first");
        overtaker = lock.try_acquire();
    });
    Worker second("second", lock.acquire(), order);

    held.release();

    CHECK_FALSE(overtaker);
    CHECK(order == std::vector<std::string>{"first", "second"});
}

TEST_CASE("run holds a permit until what the function returns has ended") {
    DeferredLock lock;
    Promise<int> work;
    std::optional<int> seen;
    bool free_then = false;
    auto deferred = lock.run([&] { return work.deferred(); }).then([&](int value) {
        seen = value;
        free_then = !lock.locked();
    });
    auto fails = lock.run([]() -> int { throw std::runtime_error("oops"); })
                     .recover([](const std::exception_ptr&) { return 0; });
    CHECK(lock.locked());

    work.resolve(3);

    CHECK(seen == 3);
    CHECK(free_then);
    CHECK(fails.settled());
    CHECK_FALSE(lock.locked());
}

TEST_CASE("those who wait for a semaphore that goes are told, and permits may outlive it") {
    auto lock = std::make_unique<DeferredLock>();
    Permit held = std::move(*lock->try_acquire());
    std::error_code seen;
    auto waits = lock->acquire().then([](Permit) {}).recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
    });

    lock.reset();

    CHECK(seen == Errc::abandoned);
    held.release();
}

TEST_CASE("a semaphore may go from inside one that it lets on") {
    auto lock = std::make_unique<DeferredLock>();
    Permit held = std::move(*lock->try_acquire());
    std::error_code seen;
    auto first = lock->acquire().then([&](Permit) { lock.reset(); });
    auto second = lock->acquire().then([](Permit) {}).recover([&](const std::exception_ptr& e) {
        seen = hawser::code_of(e);
    });

    held.release();

    CHECK(lock == nullptr);
    CHECK(seen == Errc::abandoned);
}

TEST_CASE("many who hold it for a moment only take no stack") {
    constexpr int many = 100'000;
    DeferredLock lock;
    Permit held = std::move(*lock.try_acquire());
    int turns = 0;
    std::vector<Deferred<>> all;
    for (int i = 0; i < many; ++i) {
        all.push_back(hold_for_a_moment(lock.acquire(), &turns));
    }

    held.release();

    CHECK(turns == many);
    CHECK_FALSE(lock.locked());
}

TEST_SUITE_END();
