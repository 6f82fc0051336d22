// SPDX-License-Identifier: MIT
#include <hawser/core/unique_function.h>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

using hawser::UniqueFunction;

namespace {

int twice(int value) {
    return 2 * value;
}

} // namespace

TEST_SUITE_BEGIN("UniqueFunction");

TEST_CASE("it calls what it was made from: a lambda, a function, an object") {
    struct Adder {
        int sum = 0;
        int operator()(int value) { return sum += value; }
    };
    UniqueFunction<int(int)> lambda = [](int value) { return value + 1; };
    UniqueFunction<int(int)> function = &twice;
    UniqueFunction<int(int)> object = Adder();

    CHECK(lambda(1) == 2);
    CHECK(function(2) == 4);
    object(3);
    CHECK(object(4) == 7);
}

TEST_CASE("empty may be tested and assigned") {
    UniqueFunction<void()> empty;
    const UniqueFunction<void()> null = nullptr;
    CHECK_FALSE(empty);
    CHECK_FALSE(null);

    empty = [] {};
    CHECK(empty);
    empty = nullptr;
    CHECK_FALSE(empty);
}

TEST_CASE("a callable that only moves is held, and moves along") {
    UniqueFunction<int()> first = [value = std::make_unique<int>(5)] { return *value; };
    UniqueFunction<int()> second = std::move(first);
    UniqueFunction<int()> third;

    third = std::move(second);

    CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move)
    CHECK_FALSE(second); // NOLINT(bugprone-use-after-move)
    CHECK(third() == 5);
    CHECK_FALSE(std::is_copy_constructible_v<UniqueFunction<int()>>);
}

TEST_CASE("a callable of any size and alignment works, and dies once") {
    auto counter = std::make_shared<int>(1);
    struct alignas(64) Wide {
        int value = 3;
    };
    {
        const std::array<long, 10> large{1, 2, 3};
        UniqueFunction<long()> big = [large, counter] { return large[2] + *counter; };
        UniqueFunction<long()> aligned = [wide = Wide(), counter] {
            CHECK(reinterpret_cast<std::uintptr_t>(&wide) % 64 == 0);
            return wide.value + *counter;
        };
        UniqueFunction<long()> small = [counter] { return *counter; };
        UniqueFunction<long()> moved = std::move(big);
        CHECK(moved() == 4);
        CHECK(aligned() == 4);
        CHECK(small() == 1);
        CHECK(counter.use_count() == 4);
    }

    CHECK(counter.use_count() == 1);
}

TEST_CASE("arguments and results are passed on as they are") {
    UniqueFunction<std::unique_ptr<int>(std::unique_ptr<int>)> through =
        [](std::unique_ptr<int> value) { return value; };
    UniqueFunction<void(std::string&)> changes = [](std::string& text) { text += "!"; };
    UniqueFunction<void(int)> drops_result = [](int value) { return value; };
    std::string text = "hi";

    CHECK(*through(std::make_unique<int>(7)) == 7);
    changes(text);
    CHECK(text == "hi!");
    drops_result(1);
}

TEST_CASE("an exception leaves the call, and the callable stays") {
    UniqueFunction<void()> throws = [count = 0]() mutable {
        throw std::runtime_error(std::to_string(++count));
    };

    CHECK_THROWS_WITH(throws(), "1");
    CHECK_THROWS_WITH(throws(), "2");
}

TEST_CASE("it may be assigned what its own callable owns") {
    struct Link {
        UniqueFunction<int()> next;
        int operator()() const { return 1; }
    };
    UniqueFunction<int()> chain = [] { return 2; };
    auto link = std::make_unique<Link>();
    link->next = std::move(chain);
    Link* inside = link.get();
    UniqueFunction<int()> function = [link = std::move(link)] { return (*link)(); };
    CHECK(function() == 1);

    function = std::move(inside->next);

    CHECK(function() == 2);
}

TEST_CASE("it is empty, and may be assigned, while what it held dies") {
    struct AtEnd {
        UniqueFunction<void()>* function;
        bool* was_empty;
        AtEnd(UniqueFunction<void()>& f, bool& flag) : function(&f), was_empty(&flag) {}
        AtEnd(AtEnd&& other) noexcept
            : function(std::exchange(other.function, nullptr)), was_empty(other.was_empty) {}
        ~AtEnd() {
            if (function != nullptr) {
                *was_empty = !*function;
            }
        }
        void operator()() const {}
    };
    bool was_empty = false;
    UniqueFunction<void()> function;
    function = AtEnd(function, was_empty);

    function = nullptr;

    CHECK(was_empty);
}

TEST_SUITE_END();
