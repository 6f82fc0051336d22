// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

using hawser::Deferred;
using hawser::Errc;
using hawser::Promise;

namespace {

constexpr int links = 100'000;

/// Where the stack is, roughly.
std::uintptr_t stack_now() {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

std::size_t distance(std::uintptr_t a, std::uintptr_t b) {
    return a < b ? b - a : a - b;
}

Deferred<int> plus_one(Deferred<int> input) {
    co_return co_await std::move(input) + 1;
}

/// Each waits for the one before.
Deferred<int> nested(Promise<int>& promise) {
    Deferred<int> deferred = promise.deferred();
    for (int i = 0; i < links; ++i) {
        deferred = plus_one(std::move(deferred));
    }
    return deferred;
}

Deferred<int> count_ready(std::uintptr_t start, std::size_t* depth) {
    int sum = 0;
    for (int i = 0; i < links; ++i) {
        sum += co_await Deferred<int>::succeed(1);
        *depth = std::max(*depth, distance(start, stack_now()));
    }
    co_return sum;
}

Deferred<int> count_ticks(Promise<>* tick, std::uintptr_t start, std::size_t* depth) {
    for (int i = 0; i < links; ++i) {
        *tick = Promise<>();
        co_await tick->deferred();
        *depth = std::max(*depth, distance(start, stack_now()));
    }
    co_return links;
}

Deferred<int> ready(int value) {
    co_return value;
}

Deferred<int> count_coroutines(std::uintptr_t start, std::size_t* depth) {
    int sum = 0;
    for (int i = 0; i < links; ++i) {
        sum += co_await ready(1);
        *depth = std::max(*depth, distance(start, stack_now()));
    }
    co_return sum;
}

constexpr std::size_t little = 16 * 1024;

} // namespace

TEST_SUITE_BEGIN("coroutine: chain");

TEST_CASE("many coroutines that each wait for the next take no stack") {
    Promise<int> promise;
    const std::uintptr_t start = stack_now();
    std::size_t depth = 0;
    std::optional<int> seen;
    auto deferred = nested(promise).then([&](int value) {
        seen = value;
        depth = distance(start, stack_now());
    });

    promise.resolve(0);

    CHECK(seen == links);
    CHECK(depth < little);
}

TEST_CASE("nor when they fail, are canceled, abandoned or dropped") {
    Promise<int> failed;
    Promise<int> canceled;
    std::optional<Promise<int>> abandoned(std::in_place);
    Promise<int> dropped;
    std::error_code seen;
    auto note = [&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
        return 0;
    };

    auto first = nested(failed).recover(note);
    failed.fail(std::make_error_code(std::errc::io_error), "reading");
    CHECK(seen == std::errc::io_error);

    auto second = nested(canceled).recover(note);
    second.cancel();
    CHECK(seen == Errc::canceled);

    auto third = nested(*abandoned).recover(note);
    abandoned.reset();
    CHECK(seen == Errc::abandoned);

    { auto fourth = nested(dropped); }
    CHECK_FALSE(dropped.wanted());
}

TEST_CASE("a loop of awaits takes no stack, whether the results are there or not") {
    Promise<> tick;
    std::size_t depth = 0;
    const std::uintptr_t start = stack_now();

    auto ready_ones = count_ready(start, &depth);
    auto coroutines = count_coroutines(start, &depth);
    auto ticks = count_ticks(&tick, start, &depth);
    for (int i = 0; i < links; ++i) {
        Promise<> now = std::move(tick);
        now.resolve();
    }

    CHECK(ready_ones.settled());
    CHECK(coroutines.settled());
    CHECK(ticks.settled());
    CHECK(depth < little);
}

TEST_SUITE_END();
