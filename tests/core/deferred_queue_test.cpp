// SPDX-License-Identifier: MIT
#include <hawser/core/deferred_queue.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

using hawser::Deferred;
using hawser::DeferredQueue;
using hawser::Errc;

namespace {

/// Appends the value that comes to \p seen.
Deferred<> note(Deferred<int> value, std::vector<int>& seen) {
    return std::move(value).then([&seen](int got) { seen.push_back(got); });
}

Deferred<> produce(DeferredQueue<int>* queue, int count) {
    for (int i = 0; i < count; ++i) {
        co_await queue->put_when_room(i);
    }
}

Deferred<> consume(DeferredQueue<int>* queue, int count, std::vector<int>* seen) {
    for (int i = 0; i < count; ++i) {
        const int value = co_await queue->get();
        seen->push_back(value);
    }
}

} // namespace

TEST_SUITE_BEGIN("DeferredQueue");

TEST_CASE("who waits gets the first value, and values come out in order") {
    DeferredQueue<int> queue(2);
    std::vector<int> seen;
    auto first = note(queue.get(), seen);
    queue.put(1);
    CHECK(seen == std::vector<int>{1});

    queue.put(2);
    queue.put(3);
    CHECK(queue.full());
    auto second = note(queue.get(), seen);
    auto third = note(queue.get(), seen);

    CHECK(seen == std::vector<int>{1, 2, 3});
    CHECK(queue.size() == 0);
}

TEST_CASE("who waits is served in order") {
    DeferredQueue<int> queue(1);
    std::vector<int> first;
    std::vector<int> second;
    auto a = note(queue.get(), first);
    auto b = note(queue.get(), second);

    queue.put(1);
    queue.put(2);

    CHECK(first == std::vector<int>{1});
    CHECK(second == std::vector<int>{2});
}

TEST_CASE("a value too many is an error") {
    DeferredQueue<int> queue(2);
    queue.put(1);
    queue.put(2);

    CHECK_THROWS_WITH_AS(queue.put(3), "the queue is full: no buffer space available",
                         hawser::Error);

    CHECK(queue.try_get() == 1);
    CHECK(queue.try_get() == 2);
    CHECK(queue.try_get() == std::nullopt);
}

TEST_CASE("a value may wait for room") {
    DeferredQueue<std::unique_ptr<int>> queue(1);
    auto first = queue.put_when_room(std::make_unique<int>(1));
    auto second = queue.put_when_room(std::make_unique<int>(2));
    CHECK(first.settled());
    CHECK_FALSE(second.settled());

    CHECK(**queue.try_get() == 1);

    CHECK(second.settled());
    CHECK(**queue.try_get() == 2);
}

TEST_CASE("one who is canceled or dropped gets nothing, and nothing is lost") {
    DeferredQueue<int> queue(1);
    std::vector<int> seen;
    auto canceled = note(queue.get(), seen).recover([](const std::exception_ptr&) {});
    auto dropped = note(queue.get(), seen);
    canceled.cancel();
    dropped = Deferred<>();

    queue.put(1);

    CHECK(queue.size() == 1);
    CHECK(seen.empty());
}

TEST_CASE("one who gives up waiting for room takes its value along") {
    DeferredQueue<int> queue(1);
    queue.put(1);
    auto canceled = queue.put_when_room(2).recover([](const std::exception_ptr&) {});
    auto stays = queue.put_when_room(3);
    canceled.cancel();

    CHECK(queue.try_get() == 1);
    CHECK(queue.try_get() == 3);
    CHECK(queue.try_get() == std::nullopt);
}

TEST_CASE("those who wait are told when the queue goes") {
    std::vector<std::error_code> seen;
    auto note_error = [&](const std::exception_ptr& error) {
        seen.push_back(hawser::code_of(error));
    };
    auto empty = std::make_unique<DeferredQueue<int>>(1);
    auto full = std::make_unique<DeferredQueue<int>>(1);
    full->put(1);
    auto getting = empty->get().then([](int) {}).recover(note_error);
    auto putting = full->put_when_room(2).recover(note_error);

    empty.reset();
    full.reset();

    CHECK(seen == std::vector<std::error_code>{Errc::abandoned, Errc::abandoned});
}

TEST_CASE("a fast producer and a slow consumer, or the other way round, take no stack") {
    constexpr int many = 100'000;
    for (const bool producer_first : {true, false}) {
        CAPTURE(producer_first);
        DeferredQueue<int> queue(3);
        std::vector<int> seen;
        Deferred<> produces;
        Deferred<> consumes;
        if (producer_first) {
            produces = produce(&queue, many);
            consumes = consume(&queue, many, &seen);
        } else {
            consumes = consume(&queue, many, &seen);
            produces = produce(&queue, many);
        }

        CHECK(produces.settled());
        CHECK(consumes.settled());
        CHECK(seen.size() == many);
        CHECK(std::is_sorted(seen.begin(), seen.end()));
    }
}

TEST_SUITE_END();
