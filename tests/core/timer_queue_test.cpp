// SPDX-License-Identifier: MIT
#include <hawser/core/timer_queue.h>

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

using hawser::Timer;
using hawser::TimerQueue;
using hawser::UniqueFunction;
using hawser::testing::ManualClock;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

/// A queue on a clock that only gives the time.
struct Fixture {
    ManualClock clock;
    TimerQueue queue{clock};

    [[nodiscard]] milliseconds now() const {
        return std::chrono::floor<milliseconds>(clock.now().time_since_epoch());
    }
    void run_due() {
        while (UniqueFunction<void()> call = queue.take_due(now())) {
            call();
        }
    }
};

/// What a queue should do, at its simplest: sort, and take from the front.
struct Model {
    struct Entry {
        std::int64_t due;
        std::uint64_t order;
        std::size_t id;
        auto operator<=>(const Entry&) const = default;
    };
    std::vector<Entry> entries;
    std::uint64_t order = 0;

    void cancel(std::size_t id) {
        std::erase_if(entries, [&](const Entry& entry) { return entry.id == id; });
    }
    void set(std::size_t id, milliseconds due) {
        cancel(id);
        entries.push_back({due.count(), order++, id});
    }
    bool has(std::size_t id) const {
        return std::any_of(entries.begin(), entries.end(),
                           [&](const Entry& entry) { return entry.id == id; });
    }
    std::optional<std::size_t> take_due(milliseconds now) {
        const auto first = std::min_element(entries.begin(), entries.end());
        if (first == entries.end() || first->due > now.count()) {
            return std::nullopt;
        }
        const std::size_t id = first->id;
        entries.erase(first);
        return id;
    }
};

} // namespace

TEST_SUITE_BEGIN("TimerQueue");

TEST_CASE("calls come by time, and in order of scheduling for the same time") {
    Fixture f;
    std::vector<int> ran;
    std::vector<Timer> timers;
    for (const int delay : {2, 1, 2, 0, 1, 2}) {
        const int tag = delay * 10 + static_cast<int>(timers.size());
        timers.push_back(f.queue.add(milliseconds(delay), [&ran, tag] { ran.push_back(tag); }));
    }

    f.clock.advance(2ms);
    f.run_due();

    CHECK(ran == std::vector<int>{3, 11, 14, 20, 22, 25});
    CHECK(f.queue.size() == 0);
}

TEST_CASE("next is the time of the next call, or earlier when it was pushed back") {
    Fixture f;
    CHECK_FALSE(f.queue.next());
    Timer timer = f.queue.add(5ms, [] {});
    CHECK(f.queue.next() == f.now() + 5ms);

    timer.reset(20ms);
    CHECK(*f.queue.next() <= f.now() + 20ms);
    CHECK_FALSE(f.queue.take_due(f.now() + 19ms));
    CHECK(f.queue.next() == f.now() + 20ms);

    timer.reset(1ms);
    CHECK(f.queue.next() == f.now() + 1ms);
    timer.cancel();
    CHECK_FALSE(f.queue.next());
}

TEST_CASE("a mark keeps what is scheduled behind it for later") {
    Fixture f;
    int ran = 0;
    const Timer before = f.queue.add(0ms, [&] { ++ran; });
    const std::uint64_t mark = f.queue.mark();
    const Timer behind = f.queue.add(0ms, [&] { ++ran; });

    while (auto call = f.queue.take_due_before(f.now(), mark)) {
        call();
    }
    CHECK(ran == 1);

    f.run_due();
    CHECK(ran == 2);
}

TEST_CASE("a call that was reset is behind the mark too") {
    Fixture f;
    Timer timer = f.queue.add(0ms, [] {});
    const std::uint64_t mark = f.queue.mark();

    timer.reset(0ms);

    CHECK_FALSE(f.queue.take_due_before(f.now(), mark));
    CHECK(f.queue.take_due(f.now()));
}

TEST_CASE("10 000 timers, scheduled, reset and dropped at random, run as a sorted list would") {
    for (const unsigned longest : {4U, 50U}) { // short delays: many for the same time
        std::mt19937 random(longest);          // NOLINT(cert-msc51-cpp): the same run each time
        auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
        Fixture f;
        Model model;
        std::vector<Timer> timers;
        std::vector<std::size_t> ran;

        while (timers.size() < 5000) {
            const std::size_t dice = any(100);
            const auto delay = milliseconds(any(longest));
            const std::size_t fresh = timers.size();
            const std::size_t id =
                fresh == 0 ? 0 : fresh - 1 - any(std::min<std::size_t>(fresh, 200));
            if (dice < 40 || fresh == 0) {
                timers.push_back(f.queue.add(delay, [&ran, fresh] { ran.push_back(fresh); }));
                model.set(fresh, f.now() + delay);
            } else if (dice < 75) {
                timers[id].reset(delay);
                if (model.has(id)) {
                    model.set(id, f.now() + delay);
                }
            } else if (dice < 80) {
                timers[id].cancel();
                model.cancel(id);
            } else if (dice < 85) {
                timers[id] = Timer();
                model.cancel(id);
            } else {
                f.clock.advance(milliseconds(any(longest / 4 + 1)));
                ran.clear();
                f.run_due();
                std::vector<std::size_t> expected;
                while (const auto due = model.take_due(f.now())) {
                    expected.push_back(*due);
                }
                REQUIRE(ran == expected);
            }
            REQUIRE(f.queue.size() == model.entries.size());
            REQUIRE(timers[id].active() == model.has(id));
        }
    }
}

TEST_CASE("a next call that comes earlier than before is told, and no other") {
    Fixture fixture;
    int told = 0;
    fixture.queue.when_earlier([&] { ++told; });
    const auto tells = [&](auto&& ask) {
        const int before = told;
        ask();
        return told - before;
    };

    Timer first;
    Timer second;
    CHECK(tells([&] { first = fixture.queue.add(20ms, [] {}); }) == 1);
    CHECK(tells([&] { second = fixture.queue.add(30ms, [] {}); }) == 0);
    CHECK(tells([&] { second.reset(25ms); }) == 0);
    CHECK(tells([&] { second.reset(10ms); }) == 1);
    CHECK(tells([&] { second.reset(40ms); }) == 0);
    CHECK(tells([&] { first.cancel(); }) == 0);
    second.cancel();
    CHECK(tells([&] { first = fixture.queue.add(50ms, [] {}); }) == 1); // there is one again
    fixture.queue.when_earlier(nullptr);
    CHECK(tells([&] { second = fixture.queue.add(1ms, [] {}); }) == 0);
}

TEST_SUITE_END();
