// SPDX-License-Identifier: MIT
#include <hawser/core/detail/recycled.h>

#include <hawser/core/deferred.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using hawser::Deferred;
using hawser::Promise;

namespace {

template <std::size_t Size>
struct Block final : hawser::detail::Recycled {
    char bytes[Size];
};

/// Blocks that are all there at once, each full of a letter of its own.
template <std::size_t Size>
class Blocks {
public:
    explicit Blocks(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            blocks_.push_back(std::make_unique<Block<Size>>());
            std::memset(blocks_.back()->bytes, static_cast<int>('a' + i % 26), Size);
        }
    }
    [[nodiscard]] bool whole() const {
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            const std::string expected(Size, static_cast<char>('a' + i % 26));
            if (std::memcmp(blocks_[i]->bytes, expected.data(), Size) != 0) {
                return false;
            }
        }
        return true;
    }

private:
    std::vector<std::unique_ptr<Block<Size>>> blocks_;
};

Deferred<int> plus_one(Deferred<int> before) {
    const int value = co_await std::move(before);
    co_return value + 1;
}

} // namespace

TEST_SUITE_BEGIN("Recycled");

TEST_CASE("blocks of all sizes, many at once and again, do not overlap") {
    for (int round = 0; round < 3; ++round) {
        const Blocks<1> least(100);
        const Blocks<32> step(100);
        const Blocks<33> above(100);
        const Blocks<512> last(100);
        const Blocks<513> beyond(100);
        CHECK(least.whole());
        CHECK(step.whole());
        CHECK(above.whole());
        CHECK(last.whole());
        CHECK(beyond.whole());
    }
}

TEST_CASE("what was kept of one size is not given to a larger one") {
    std::vector<const void*> kept;
    {
        std::vector<std::unique_ptr<Block<32>>> blocks;
        for (int i = 0; i < 16; ++i) {
            blocks.push_back(std::make_unique<Block<32>>());
            kept.push_back(blocks.back().get());
        }
    }
    std::vector<std::unique_ptr<Block<33>>> larger;
    for (int i = 0; i < 16; ++i) {
        larger.push_back(std::make_unique<Block<33>>());
        CHECK(std::find(kept.begin(), kept.end(), larger.back().get()) == kept.end());
    }
}

TEST_CASE("a value keeps an alignment of its own") {
    struct alignas(64) Line {
        int value = 0;
    };
    using State = hawser::detail::TypedState<Line>; // where it is until somebody takes it
    static_assert(alignof(State) == alignof(Line));
    std::vector<std::unique_ptr<State>> states;
    for (int i = 0; i < 20; ++i) {
        states.push_back(std::make_unique<State>());
        CHECK(reinterpret_cast<std::uintptr_t>(states.back().get()) % alignof(Line) == 0);
    }
}

TEST_CASE("what one thread made another may end, and outlive") {
    std::vector<std::optional<Promise<int>>> promises(50);
    std::vector<Deferred<int>> results;
    std::thread([&] {
        for (auto& promise : promises) {
            results.push_back(plus_one(plus_one(promise.emplace().deferred())));
        }
    }).join();

    int sum = 0;
    std::thread([&] {
        for (auto& promise : promises) {
            promise->resolve(1);
            promise.reset();
        }
        for (Deferred<int>& result : results) {
            auto taken = std::move(result).then([&](int value) { sum += value; });
        }
    }).join();

    CHECK(sum == 150);
}

#ifndef HAWSER_SANITIZED // the heap then waits before it gives a block out again
TEST_CASE("what comes free behind a thread's last destructors goes back to the heap") {
    static bool in_the_heap;
    struct Late {
        std::unique_ptr<Block<32>> held;
        ~Late() {
            const void* const block = held.get();
            held.reset();
            std::vector<void*> given;
            for (int i = 0; i < 100 && !in_the_heap; ++i) { // one that was kept would never come
                given.push_back(::operator new(sizeof(Block<32>)));
                in_the_heap = given.back() == block;
            }
            for (void* each : given) {
                ::operator delete(each);
            }
        }
    };
    in_the_heap = false;
    std::thread([] {
        static thread_local Late late; // goes last
        late.held = std::make_unique<Block<32>>();
        std::make_unique<Block<32>>().reset(); // the thread's blocks go before it
    }).join();

    CHECK(in_the_heap);
}
#endif

TEST_SUITE_END();
