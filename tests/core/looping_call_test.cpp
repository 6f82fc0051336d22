// SPDX-License-Identifier: MIT
#include <hawser/core/looping_call.h>

#include <hawser/core/error.h>
#include <hawser/core/timer_queue.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <vector>

using hawser::Deferred;
using hawser::Errc;
using hawser::LoopingCall;
using hawser::Promise;
using hawser::testing::LogCapture;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;
using First = LoopingCall::First;

namespace {

/// A body that notes when it was called, in milliseconds from the start, and for how many ticks.
struct Ticks {
    ManualClock clock;
    hawser::Clock::time_point begin = clock.now();
    std::vector<long> times;
    std::vector<std::uint64_t> counts;
    hawser::UniqueFunction<void()> also = [] {};
    LoopingCall loop{clock, [this](std::uint64_t ticks) {
                         times.push_back((clock.now() - begin) / 1ms);
                         counts.push_back(ticks);
                         also();
                     }};
};

/// A body that is under way until its promise is resolved.
struct Waiting {
    ManualClock clock;
    std::vector<Promise<>> calls;
    int canceled = 0;
    LoopingCall loop{clock, [this]() -> Deferred<> {
                         calls.emplace_back().on_cancel([this] { ++canceled; });
                         return calls.back().deferred();
                     }};
};

/// A loop that is busy at times: what has come due meanwhile is late.
class BusyClock final : public hawser::Clock {
public:
    [[nodiscard]] time_point now() const noexcept override { return now_; }
    [[nodiscard]] hawser::Timer call_later(std::chrono::nanoseconds delay,
                                           hawser::UniqueFunction<void()> call) override {
        return queue_.add(delay, std::move(call));
    }
    void busy_for(std::chrono::milliseconds time) {
        now_ += time;
        const auto now = std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
        const std::uint64_t mark = queue_.mark();
        while (auto call = queue_.take_due_before(now, mark)) {
            call();
        }
    }
    [[nodiscard]] std::optional<std::chrono::milliseconds> next() const noexcept {
        return queue_.next();
    }

private:
    time_point now_{};
    hawser::TimerQueue queue_{*this};
};

std::error_code thrown_by(const auto& call) {
    try {
        call();
    } catch (const std::system_error& error) {
        return error.code();
    }
    return {};
}

} // namespace

TEST_SUITE_BEGIN("LoopingCall");

TEST_CASE("it calls at once, from the loop, and then at each interval") {
    Ticks ticks;
    ticks.loop.start(1s);
    CHECK(ticks.times.empty());

    ticks.clock.advance(0s);
    ticks.clock.advance(1s);
    ticks.clock.advance(1s);

    CHECK(ticks.times == std::vector<long>{0, 1000, 2000});
    CHECK(ticks.counts == std::vector<std::uint64_t>{1, 1, 1});
}

TEST_CASE("the first call may come an interval later") {
    Ticks ticks;
    ticks.loop.start(1s, First::after_interval);
    ticks.clock.advance(2s);

    CHECK(ticks.times == std::vector<long>{1000, 2000});
}

TEST_CASE("an interval of zero is a call each turn") {
    Ticks ticks;
    ticks.loop.start(0s);
    ticks.clock.advance(3ms);

    CHECK(ticks.times == std::vector<long>{0, 1, 2, 3});
    CHECK(ticks.counts == std::vector<std::uint64_t>{1, 1, 1, 1});
}

TEST_CASE("ticks that pass during a body are skipped and counted, and the grid stays") {
    ManualClock clock;
    std::optional<Promise<>> call;
    std::vector<std::uint64_t> counts;
    LoopingCall loop(clock, [&](std::uint64_t ticks) {
        counts.push_back(ticks);
        return call.emplace().deferred();
    });
    loop.start(1s);
    clock.advance(0s);

    clock.advance(5500ms);
    CHECK(counts == std::vector<std::uint64_t>{1}); // not while the body is under way
    CHECK(clock.scheduled() == 0);
    call->resolve();
    clock.advance(499ms);
    CHECK(counts == std::vector<std::uint64_t>{1});
    clock.advance(1ms);

    CHECK(counts == std::vector<std::uint64_t>{1, 6}); // at 6 s, for 1 to 6
}

TEST_CASE("a call that the loop makes late counts what it missed, and the next is on the grid") {
    BusyClock clock;
    std::vector<std::uint64_t> counts;
    LoopingCall loop(clock, [&](std::uint64_t ticks) { counts.push_back(ticks); });
    loop.start(1s, First::after_interval);

    clock.busy_for(1s);
    CHECK(counts == std::vector<std::uint64_t>{1});
    clock.busy_for(2200ms);
    CHECK(counts == std::vector<std::uint64_t>{1, 2}); // once, at 3.2 s, for 2 and 3
    CHECK(clock.next() == 4s);
    clock.busy_for(800ms);

    CHECK(counts == std::vector<std::uint64_t>{1, 2, 1});
}

TEST_CASE("stop ends it while idle, from its body, and leaves nothing scheduled") {
    for (const bool from_body : {false, true}) {
        CAPTURE(from_body);
        Ticks ticks;
        bool over = false;
        ticks.loop.start(1s);
        const Deferred<> finished = ticks.loop.finished().then([&] { over = true; });
        ticks.also = [&] {
            if (from_body) {
                ticks.loop.stop();
                CHECK_FALSE(over); // the body is not over yet
            }
        };
        ticks.clock.advance(0s);
        if (!from_body) {
            ticks.loop.stop();
        }

        CHECK(over);
        CHECK_FALSE(ticks.loop.running());
        CHECK(ticks.clock.scheduled() == 0);
        ticks.clock.advance(5s);
        CHECK(ticks.times.size() == 1);
    }
}

TEST_CASE("stopped during a body that is waited for, it ends with that") {
    Waiting waiting;
    bool over = false;
    waiting.loop.start(1s);
    const Deferred<> finished = waiting.loop.finished().then([&] { over = true; });
    waiting.clock.advance(0s);

    waiting.loop.stop();
    CHECK_FALSE(waiting.loop.running());
    CHECK_FALSE(over);
    CHECK(waiting.canceled == 0);
    waiting.calls.front().resolve();

    CHECK(over);
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_CASE("started anew, the old body is canceled and does not disturb the new run") {
    Waiting waiting;
    bool over = false;
    waiting.loop.start(1s);
    const Deferred<> finished = waiting.loop.finished().then([&] {
        over = true;
        CHECK(waiting.canceled == 1); // before
    });
    waiting.clock.advance(0s);
    waiting.loop.stop();

    waiting.loop.start(1s, First::after_interval);
    CHECK(waiting.canceled == 1);
    CHECK(over);
    waiting.calls.front().resolve();
    waiting.clock.advance(999ms);
    CHECK(waiting.calls.size() == 1);
    waiting.clock.advance(1ms);

    CHECK(waiting.calls.size() == 2);
    CHECK(waiting.loop.running());
}

TEST_CASE("it may stop and start anew in its own body") {
    Ticks ticks;
    ticks.loop.start(1s);
    ticks.also = [&] {
        if (ticks.times.size() == 1) {
            ticks.loop.stop();
            ticks.loop.start(100ms, First::after_interval);
        }
    };
    ticks.clock.advance(200ms);

    CHECK(ticks.times == std::vector<long>{0, 100, 200});
}

TEST_CASE("reset begins the grid anew") {
    Ticks ticks;
    ticks.loop.start(1s, First::after_interval);
    ticks.clock.advance(700ms);
    ticks.loop.reset();
    ticks.clock.advance(999ms);
    CHECK(ticks.times.empty());
    ticks.clock.advance(1ms);
    CHECK(ticks.times == std::vector<long>{1700});

    Waiting waiting;
    waiting.loop.start(1s);
    waiting.clock.advance(500ms);
    waiting.loop.reset();
    waiting.clock.advance(800ms);
    CHECK(waiting.clock.scheduled() == 0); // the body has not ended
    waiting.calls.front().resolve();
    waiting.clock.advance(200ms);
    CHECK(waiting.calls.size() == 2);
}

TEST_CASE("a body that throws, or whose Deferred fails, ends it with that failure") {
    for (const bool throws : {false, true}) {
        CAPTURE(throws);
        ManualClock clock;
        LoopingCall loop(clock, [&]() -> Deferred<> {
            if (throws) {
                throw hawser::Error(Errc::protocol_error, "ticking");
            }
            return Deferred<>::fail(Errc::protocol_error, "ticking");
        });
        std::error_code seen;
        loop.start(1s);
        const Deferred<> finished = loop.finished().recover(
            [&](std::exception_ptr error) { seen = hawser::code_of(error); });

        clock.advance(0s);

        CHECK(seen == Errc::protocol_error);
        CHECK_FALSE(loop.running());
        CHECK(clock.scheduled() == 0);
    }
}

TEST_CASE("a failure that nobody waits for is logged") {
    const LogCapture log;
    ManualClock clock;
    LoopingCall loop(clock, [] { throw std::runtime_error("out of ink"); });
    loop.start(1s);

    clock.advance(0s);

    CHECK(log.count("out of ink") == 1);
    CHECK_FALSE(loop.running());
}

TEST_CASE("dropping it ends it, and cancels the body") {
    Waiting waiting;
    std::error_code seen;
    waiting.loop.start(1s);
    const Deferred<> finished = waiting.loop.finished().recover(
        [&](std::exception_ptr error) { seen = hawser::code_of(error); });
    waiting.clock.advance(0s);

    waiting.loop = LoopingCall(waiting.clock, [] {});

    CHECK(waiting.canceled == 1);
    CHECK(seen == Errc::abandoned);
    CHECK(waiting.clock.scheduled() == 0);
}

TEST_CASE("it may be dropped in its own body, and by whoever waits for its end") {
    ManualClock clock;
    std::optional<LoopingCall> loop;
    int called = 0;
    loop.emplace(clock, [&] {
        ++called;
        loop.reset();
    });
    loop->start(1s);
    clock.advance(2s);
    CHECK(called == 1);
    CHECK(clock.scheduled() == 0);

    std::optional<Promise<>> call;
    loop.emplace(clock, [&] { return call.emplace().deferred(); });
    loop->start(1s);
    const Deferred<> finished = loop->finished().then([&] { loop.reset(); });
    clock.advance(0s);
    loop->stop();
    call->resolve();
    CHECK_FALSE(loop.has_value());
}

TEST_CASE("finished may be asked late, and by many") {
    const LogCapture log;
    Ticks ticks;
    int told = 0;
    const auto ask = [&] {
        return ticks.loop.finished().then([&] { ++told; }).recover([&](std::exception_ptr error) {
            told += hawser::code_of(error) == Errc::protocol_error ? 10 : 100;
        });
    };
    ticks.loop.start(1s);
    const Deferred<> first = ask();
    const Deferred<> second = ask();
    ticks.loop.stop();
    CHECK(told == 2);
    const Deferred<> late = ask();
    CHECK(told == 3);

    ticks.also = [] { throw hawser::Error(Errc::protocol_error, "ticking"); };
    ticks.loop.start(1s);
    ticks.clock.advance(0s);
    const Deferred<> failed = ask();
    CHECK(told == 13);
    CHECK(log.count("a body failed") == 1); // nobody waited as it came
}

TEST_CASE("dropped, its end does not come, wherever that happens") {
    for (const bool in_body : {true, false}) {
        CAPTURE(in_body);
        ManualClock clock;
        std::optional<LoopingCall> loop;
        std::error_code seen;
        loop.emplace(clock, [&] {
            if (in_body) {
                loop.reset();
            }
        });
        loop->start(1s);
        const Deferred<> finished = loop->finished().recover(
            [&](std::exception_ptr error) { seen = hawser::code_of(error); });
        clock.advance(0s);
        loop.reset();
        CHECK(seen == Errc::abandoned);
    }
}

TEST_CASE("what makes no sense is refused") {
    Ticks ticks;
    CHECK(thrown_by([&] { ticks.loop.start(-1s); }) == std::errc::invalid_argument);
    CHECK(thrown_by([&] { ticks.loop.stop(); }) == Errc::not_running);
    CHECK(thrown_by([&] { ticks.loop.reset(); }) == Errc::not_running);
    CHECK(thrown_by([&] { (void)ticks.loop.finished(); }) == Errc::not_running);

    ticks.loop.start(1s);
    CHECK(thrown_by([&] { ticks.loop.start(1s); }) == Errc::already_running);
    ticks.loop.stop();
    CHECK(thrown_by([&] { ticks.loop.stop(); }) == Errc::not_running);
}

TEST_SUITE_END();
