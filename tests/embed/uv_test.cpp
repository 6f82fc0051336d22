// SPDX-License-Identifier: MIT
#include "asker.h"

#include <hawser/embed/uv.h>

using namespace embed_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;
using hawser::UvHost;
using std::chrono::milliseconds;

namespace {

/// A program with a loop of its own; it must be clean at its end.
class Program {
public:
    Program() {
        uv_loop_init(&loop);
        loop.data = this;
        uv_timer_init(&loop, &late_);
        late_.data = this;
        uv_timer_start(
            &late_,
            [](uv_timer_t* timer) {
                static_cast<Program*>(timer->data)->in_time = false;
                uv_stop(timer->loop);
            },
            static_cast<std::uint64_t>(milliseconds(patience).count()), 0);
        uv_unref(reinterpret_cast<uv_handle_t*>(&late_));
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        CHECK(loop.data == this);
        uv_close(reinterpret_cast<uv_handle_t*>(&late_), nullptr);
        uv_run(&loop, UV_RUN_NOWAIT); // the close callbacks
        CHECK(uv_loop_close(&loop) == 0);
    }

    /// uv_run() until nothing is left; false when patience ends first.
    bool run() {
        uv_run(&loop, UV_RUN_DEFAULT);
        return in_time;
    }

    uv_loop_t loop{};
    bool in_time = true;

private:
    uv_timer_t late_{};
};

/// Counts, every millisecond, until it has counted to its end.
class Ticker {
public:
    Ticker(uv_loop_t& loop, int end) : end_(end) {
        uv_timer_init(&loop, &timer_);
        timer_.data = this;
        uv_timer_start(
            &timer_, [](uv_timer_t* timer) { static_cast<Ticker*>(timer->data)->tick(); }, 1, 1);
    }
    [[nodiscard]] int count() const { return count_; }

private:
    void tick() {
        if (++count_ == end_) {
            uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
        }
    }
    uv_timer_t timer_{};
    int end_;
    int count_ = 0;
};

} // namespace

TEST_SUITE_BEGIN("UvHost");

TEST_CASE("uv_run serves until nothing is left, and the program's own handles have their turns") {
    Program program;
    Ticker ticker(program.loop, 10);
    Story served;
    served.echo = true;
    Reactor reactor(no_signals());
    const UvHost host(program.loop, reactor);
    hawser::Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), std::string(1'000'000, 'x'));
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            listener = hawser::Listener();
        }
    };

    CHECK(program.run());

    CHECK(served.saw("connection_lost"));
    CHECK(asker.answer().size() == 1'000'000);
    CHECK(ticker.count() == 10);
    CHECK(reactor.idle());
}

TEST_CASE("a scheduled call, a thread's work and a posted call keep uv_run going") {
    Program program;
    Reactor reactor(no_signals());
    const UvHost host(program.loop, reactor);
    std::vector<std::string> order;
    const auto timer = reactor.call_later(milliseconds(2), [&] { order.emplace_back("called"); });
    CHECK(program.run());
    const auto work = reactor.defer_to_thread([] {}).then([&] { order.emplace_back("worked"); });
    CHECK(program.run());
    reactor.start_running();
    reactor.when_running([&] { order.emplace_back("ran"); });
    CHECK(program.run());
    CHECK(order == std::vector<std::string>{"called", "worked", "ran"});
}

TEST_CASE("stop() ends the reactor's conversations, not the program's uv_run") {
    Program program;
    Story served;
    Reactor reactor(no_signals());
    const UvHost host(program.loop, reactor);
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const RawPeer peer = RawPeer::connect(listener.address());
    Ticker ticker(program.loop, 50);
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            reactor.stop();
        }
    };
    reactor.start_running();

    CHECK(program.run());

    CHECK(ticker.count() == 50);
    CHECK(served.saw("connection_lost"));
    CHECK_FALSE(listener.listening());
    CHECK(reactor.stopped());
}

TEST_CASE("a reactor that goes leaves the program's loop as it was") {
    Program program;
    Ticker ticker(program.loop, 20);
    Story served;
    std::optional<RawPeer> peer;
    {
        Reactor reactor(no_signals());
        const UvHost host(program.loop, reactor);
        const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        peer.emplace(RawPeer::connect(listener.address()));
        while (!served.saw("connection_made") && program.in_time) {
            uv_run(&program.loop, UV_RUN_ONCE);
        }
    }
    CHECK(served.saw("connection_lost"));
    CHECK(program.run());
    CHECK(ticker.count() == 20);
}

TEST_CASE("what the program writes last before it sleeps leaves before it sleeps") {
    struct Writer {
        uv_prepare_t prepare{};
        Story served;
        bool written = false;
    } writer;
    Program program;
    // libuv calls those that were started first last: after ours.
    uv_prepare_init(&program.loop, &writer.prepare);
    writer.prepare.data = &writer;
    uv_prepare_start(&writer.prepare, [](uv_prepare_t* handle) {
        auto* self = static_cast<Writer*>(handle->data);
        if (self->served.transport != nullptr && !self->written) {
            self->written = true;
            self->served.transport->write("hello");
            uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
        }
    });
    Reactor reactor(no_signals());
    const UvHost host(program.loop, reactor);
    hawser::Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(writer.served));
    writer.served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            listener = hawser::Listener();
        }
    };
    Asker asker(listener.address(), "-----"); // goes when it has an answer

    CHECK(program.run());

    CHECK(asker.answer() == "hello");
}

TEST_CASE("another thread wakes the program's loop") {
    Program program;
    Reactor reactor(no_signals());
    const UvHost host(program.loop, reactor);
    auto never = reactor.call_later(std::chrono::hours(1), [] {});
    std::thread thread([&] { reactor.call_from_thread([&] { never = hawser::Timer(); }); });
    CHECK(program.run());
    thread.join();
}

TEST_SUITE_END();
