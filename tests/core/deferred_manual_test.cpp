// SPDX-License-Identifier: MIT
// The code of docs/deferreds.md.
#include <hawser/core/deferred.h>
#include <hawser/core/deferred_queue.h>
#include <hawser/core/deferred_semaphore.h>
#include <hawser/core/retry.h>
#include <hawser/core/sleep.h>
#include <hawser/core/task_group.h>
#include <hawser/core/when_all.h>
#include <hawser/core/with_timeout.h>

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// Looks numbers up, once it is told that they are there.
class PhoneBook {
public:
    hawser::Deferred<int> look_up(const std::string& name) {
        hawser::Promise<int> promise;
        hawser::Deferred<int> number = promise.deferred();
        waiting_.emplace(name, std::move(promise));
        return number;
    }
    void found(const std::string& name, int number) {
        hawser::Promise<int> promise = std::move(waiting_.at(name));
        waiting_.erase(name);
        promise.resolve(number);
    }

private:
    std::map<std::string, hawser::Promise<int>> waiting_;
};

/// With callbacks.
hawser::Deferred<std::string> line_for(PhoneBook& book, const std::string& name) {
    return book.look_up(name)
        .then([name](int number) { return name + ": " + std::to_string(number); })
        .recover([name](const std::exception_ptr& error) {
            return name + ": " + hawser::message_of(error);
        });
}

/// The same as a coroutine.
hawser::Deferred<std::string> await_line(PhoneBook& book, std::string name) {
    try {
        const int number = co_await book.look_up(name);
        co_return name + ": " + std::to_string(number);
    } catch (const std::exception& error) {
        co_return name + ": " + error.what();
    }
}

hawser::Deferred<int> sum_of(PhoneBook& book, std::string first, std::string second) {
    hawser::Deferred<int> a = book.look_up(first); // both are under way
    hawser::Deferred<int> b = book.look_up(second);
    const auto both = co_await hawser::when_all(std::move(a), std::move(b));
    co_return std::get<0>(both) + std::get<1>(both);
}

hawser::Deferred<int> patient(hawser::Clock& clock, PhoneBook& book, std::string name) {
    co_return co_await hawser::with_timeout(clock, 5s, book.look_up(name));
}

hawser::Deferred<> worker(hawser::DeferredQueue<int>& jobs, std::vector<int>& done) {
    for (;;) {
        const int job = co_await jobs.get();
        done.push_back(job);
    }
}

hawser::Deferred<> work_in_turn(hawser::Clock& clock, hawser::DeferredLock& lock, int& at_once) {
    const auto permit = co_await lock.acquire(); // given back when it goes
    ++at_once;
    co_await hawser::sleep(clock, 10ms);
    --at_once;
}

} // namespace

TEST_SUITE_BEGIN("docs/deferreds.md");

TEST_CASE("callbacks and coroutines do the same") {
    PhoneBook book;
    std::vector<std::string> lines;
    auto note = [&](std::string line) { lines.push_back(std::move(line)); };
    auto first = line_for(book, "Ada").then(note);
    auto second = await_line(book, "Bob").then(note);

    book.found("Ada", 1815);
    second.cancel();

    CHECK(lines == std::vector<std::string>{"Ada: 1815", "Bob: gave up: canceled"});
}

TEST_CASE("several at once, and with a deadline") {
    hawser::testing::ManualClock clock;
    PhoneBook book;
    int seen = 0;
    auto sum = sum_of(book, "Ada", "Bob").then([&](int value) { seen = value; });
    std::error_code failed;
    auto limited = patient(clock, book, "Eve").recover([&](const std::exception_ptr& error) {
        failed = hawser::code_of(error);
        return 0;
    });

    book.found("Bob", 2);
    book.found("Ada", 1);
    clock.advance(5s);

    CHECK(seen == 3);
    CHECK(failed == hawser::Errc::timed_out);
}

TEST_CASE("tasks have an owner") {
    hawser::testing::ManualClock clock;
    hawser::DeferredQueue<int> jobs(10);
    hawser::DeferredLock lock;
    std::vector<int> done;
    int at_once = 0;
    bool ended = false;
    hawser::TaskGroup group;
    group.add(worker(jobs, done));
    group.add(work_in_turn(clock, lock, at_once));
    group.add(work_in_turn(clock, lock, at_once));

    jobs.put(1);
    jobs.put(2);
    CHECK(at_once == 1);
    group.cancel();
    auto joined = group.join().then([&] { ended = true; });

    CHECK(done == std::vector<int>{1, 2});
    CHECK(ended);
    CHECK_FALSE(lock.locked());
}

TEST_SUITE_END();
