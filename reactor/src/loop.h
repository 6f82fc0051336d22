// SPDX-License-Identifier: MIT
/// \file
/// Loop, what is inside a Reactor: libuv's loop and what its sockets share.
#pragma once

#include "posts.h"
#include "uv_handle.h"

#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/log.h>
#include <hawser/core/timer_queue.h>
#include <hawser/core/turn.h>
#include <hawser/reactor/reactor.h>

#include <uv.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

class Connector;
class LoopTransport;
class SocketListener;

class Loop {
public:
    Loop(Reactor& reactor, const ReactorOptions& options);
    ~Loop();

    /// Closes what is left and calls what it owes. Afterwards there is only the destructor: apart
    /// from it, because callbacks may still speak to the Reactor.
    void end() noexcept;

    void run();
    void run_once(bool wait);
    void stop();
    void call_from_thread(UniqueFunction<void()> call) { posts_.add(std::move(call)); }
    void when_running(UniqueFunction<void()> call);
    /// Counts a user of \p factory out: from the loop, and before it ends.
    void stop_soon(std::shared_ptr<Factory> factory) { stopping_.push_back(std::move(factory)); }

    [[nodiscard]] bool running() const noexcept { return phase_ == Phase::running; }
    /// From stop() to the end of run(), and inside end(): nothing new begins.
    [[nodiscard]] bool ending() const noexcept { return ending_ || phase_ > Phase::running; }
    [[nodiscard]] Clock::time_point now() noexcept;
    [[nodiscard]] uv_loop_t* uv() noexcept { return uv_.get(); }
    [[nodiscard]] const ReactorOptions& options() const noexcept { return options_; }
    [[nodiscard]] TimerQueue& timers() noexcept { return timers_; }
    [[nodiscard]] Turn& turn() noexcept { return turn_; }
    /// What every connection is read into, one at a time, so that an idle one owns no buffer.
    [[nodiscard]] std::span<char> slab() noexcept { return {slab_.get(), slab_size}; }

    IntrusiveList<SocketListener, Loop> listeners;
    IntrusiveList<Connector, Loop> connectors;
    IntrusiveList<LoopTransport, Loop> transports;

private:
    static constexpr std::size_t slab_size = 256 * 1024;

    enum class Phase : unsigned char {
        idle,
        running,
        closing_listeners, // stop() was called: from the loop, listeners close
        closing,           // every connection was told to send its queue and close
    };

    struct UvLoopCloser {
        void operator()(uv_loop_t* loop) const noexcept;
    };
    static std::unique_ptr<uv_loop_t, UvLoopCloser> make_uv_loop();

    void before_sleep() noexcept;
    void stop_factories() noexcept;
    void arm_timer() noexcept;
    void run_timers() noexcept;
    void drain() noexcept; // one step of it
    void begin_drain() noexcept;
    void cancel_connectors() noexcept;
    void reset_all() noexcept; // the drain's deadline has passed, or a second signal came
    void signaled() noexcept;
    void watch_signals();

    ReactorOptions options_;
    std::unique_ptr<uv_loop_t, UvLoopCloser> uv_;
    TimerQueue timers_;
    Turn turn_;
    std::unique_ptr<char[]> slab_;
    std::vector<UniqueFunction<void()>> when_running_;
    std::vector<std::shared_ptr<Factory>> stopping_;
    Phase phase_ = Phase::idle;
    bool turning_ = false;                           // inside uv_run()
    bool ending_ = false;                            // inside end()
    bool ran_ = false;                               // this turn has called something
    bool served_ = false;                            // the drain has closed a listener
    bool hurry_ = false;                             // the drain is to reset at once
    std::optional<std::chrono::milliseconds> armed_; // what timer_ is set to
    std::size_t drained_ = 0;                        // connections there when the drain began
    std::size_t reset_ = 0;                          // of them, cut at its end
    Timer drain_deadline_;

    // Destroyed first, before what their callbacks touch.
    UvOwned<uv_prepare_t> prepare_;
    UvOwned<uv_check_t> check_;
    UvOwned<uv_idle_t> stay_awake_; // active while a turn left work for the next
    UvOwned<uv_timer_t> timer_;
    UvOwned<uv_signal_t> interrupt_; // null unless run() watches signals
    UvOwned<uv_signal_t> terminate_;
    Posts posts_;
};

/// Calls \p call and reports an exception that leaves it: for code that libuv's C frames call.
template <class Call>
void guarded(std::string_view what, Call&& call) noexcept {
    try {
        call();
    } catch (...) {
        log(LogLevel::error, "reactor",
            std::string(what) + " threw: " + message_of(std::current_exception()));
    }
}

} // namespace hawser::detail
