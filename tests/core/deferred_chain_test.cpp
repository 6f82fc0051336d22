// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
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

Deferred<int> long_chain(Promise<int>& promise) {
    Deferred<int> deferred = promise.deferred();
    for (int i = 0; i < links; ++i) {
        deferred = std::move(deferred).then([](int value) { return value + 1; });
    }
    return deferred;
}

} // namespace

TEST_SUITE_BEGIN("Deferred: chain");

TEST_CASE("a long chain is resolved without growing the stack") {
    Promise<int> promise;
    const std::uintptr_t here = stack_now();
    std::optional<int> seen;
    std::size_t depth = 0;
    auto deferred = long_chain(promise).then([&](int value) {
        seen = value;
        depth = distance(here, stack_now());
    });

    promise.resolve(0);

    CHECK(seen == links);
    CHECK(depth < 16 * 1024);
}

TEST_CASE("a long chain is failed and canceled without growing the stack") {
    Promise<int> promise;
    std::error_code seen;
    auto deferred = long_chain(promise).recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
        return 0;
    });

    deferred.cancel();

    CHECK(seen == Errc::canceled);
}

TEST_CASE("a long chain is dropped and abandoned without growing the stack") {
    Promise<int> dropped;
    std::optional<Promise<int>> abandoned(std::in_place);
    std::error_code seen;
    { auto deferred = long_chain(dropped); }
    auto deferred = long_chain(*abandoned).recover([&](const std::exception_ptr& error) {
        seen = hawser::code_of(error);
        return 0;
    });

    abandoned.reset();

    CHECK_FALSE(dropped.wanted());
    CHECK(seen == Errc::abandoned);
}

TEST_CASE("steps that return ready Deferreds take no stack") {
    Promise<int> promise;
    const std::uintptr_t here = stack_now();
    std::size_t depth = 0;
    Deferred<int> deferred = promise.deferred();
    for (int i = 0; i < links; ++i) {
        deferred = std::move(deferred).then([&](int value) {
            depth = std::max(depth, distance(here, stack_now()));
            return Deferred<int>::succeed(value + 1);
        });
    }
    std::optional<int> seen;
    auto end = std::move(deferred).then([&](int value) { seen = value; });

    promise.resolve(0);

    CHECK(seen == links);
    CHECK(depth < 16 * 1024);
}

TEST_CASE("a loop that waits anew each round takes no stack, when it ends or is dropped") {
    for (const bool ends : {true, false}) {
        CAPTURE(ends);
        Promise<> tick;
        bool more = true;
        std::function<Deferred<>()> loop = [&]() -> Deferred<> {
            if (!more) {
                return Deferred<>::succeed();
            }
            tick = Promise<>();
            return tick.deferred().then([&] { return loop(); });
        };
        bool done = false;
        {
            auto deferred = loop().then([&] { done = true; });
            for (int i = 0; i < links; ++i) {
                Promise<> now = std::move(tick);
                now.resolve();
            }
            if (ends) {
                more = false;
                tick.resolve();
            }
        }
        CHECK(done == ends);
        CHECK(tick.wanted() == false);
    }
}

TEST_CASE("a loop that waits anew each round does not grow") {
    struct Counted {
        int* moves;
        explicit Counted(int& counter) : moves(&counter) {}
        Counted(Counted&& other) noexcept : moves(other.moves) { ++*moves; }
        Counted& operator=(Counted&& other) noexcept {
            moves = other.moves;
            ++*moves;
            return *this;
        }
    };
    int moves = 0;
    bool more = true;
    Promise<> tick;
    std::function<Deferred<Counted>()> loop = [&]() -> Deferred<Counted> {
        if (!more) {
            return Deferred<Counted>::succeed(moves);
        }
        tick = Promise<>();
        return tick.deferred().then([&] { return loop(); });
    };
    bool done = false;
    auto deferred = loop().then([&](const Counted&) { done = true; });
    for (int i = 0; i < 1000; ++i) {
        more = i < 999;
        Promise<> now = std::move(tick);
        now.resolve();
    }

    CHECK(done);
    CHECK(moves < 20); // handed straight to the end, not through every round
}

TEST_CASE("a chain of Deferreds that each wait for the next takes no stack") {
    Promise<int> promise;
    Deferred<int> inner = promise.deferred();
    for (int i = 0; i < links; ++i) {
        Promise<> start;
        auto outer = start.deferred().then(
            [inner = std::move(inner)]() mutable { return std::move(inner); });
        start.resolve();
        inner = std::move(outer);
    }
    std::optional<int> seen;
    auto end = std::move(inner).then([&](int value) { seen = value; });

    promise.resolve(5);

    CHECK(seen == 5);
}

TEST_SUITE_END();
