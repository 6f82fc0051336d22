// SPDX-License-Identifier: MIT
/// \file
/// Loop, what is inside a Reactor: libuv's loop and what its sockets share.
#pragma once

#include "activated_sockets.h"
#include "child_process.h"
#include "drain.h"
#include "life_cycle.h"
#include "posts.h"
#include "receive_batch.h"
#include "signal_call.h"
#include "uv_handle.h"

#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/log.h>
#include <hawser/core/timer_queue.h>
#include <hawser/core/turn.h>
#include <hawser/reactor/reactor.h>

#include <uv.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

class Connector;
class DatagramSocket;
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
    bool run_once(bool wait); ///< False: it has ended a stop.
    void start_running();
    void stopped() noexcept; ///< A stop is done.

    // For a loop of the program's own: embedding.cpp.
    [[nodiscard]] int descriptor() const noexcept { return uv_backend_fd(uv_.get()); }
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeout() noexcept;
    void when_armed(UniqueFunction<void()> call) noexcept { when_armed_ = std::move(call); }
    /// Something is to be done, or watched, that was not before: if nobody turns, who sleeps must
    /// hear of it. Transports that have something to do and timers tell by themselves.
    void armed() noexcept;
    [[nodiscard]] bool turning() const noexcept { return turning_; }
    [[nodiscard]] bool idle() noexcept;
    void call_from_thread(UniqueFunction<void()> call) { posts_->add(std::move(call)); }
    /// Counts a user of \p factory out: from the loop, and before it ends.
    void stop_soon(std::shared_ptr<Factory> factory) {
        stopping_.push_back(std::move(factory));
        armed();
    }
    void stop_factories() noexcept;
    void cancel_connectors() noexcept;

    [[nodiscard]] EndpointKinds& kinds() noexcept { return kinds_; }
    [[nodiscard]] ActivatedSockets& activated() noexcept { return activated_; }
    [[nodiscard]] Resolver& resolver();
    void set_resolver(std::unique_ptr<Resolver> resolver) { resolver_ = std::move(resolver); }

    /// While it drains, and inside end(): nothing new begins.
    [[nodiscard]] bool ending() const noexcept {
        return ending_ || drain_.active() || life_cycle_.ending();
    }
    [[nodiscard]] bool ended() const noexcept { return ending_; } ///< Inside end().
    [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }
    [[nodiscard]] Clock::time_point now() noexcept;
    [[nodiscard]] uv_loop_t* uv() noexcept { return uv_.get(); }
    [[nodiscard]] const ReactorOptions& options() const noexcept { return options_; }
    [[nodiscard]] TimerQueue& timers() noexcept { return timers_; }
    [[nodiscard]] Clock& clock() noexcept { return clock_; }
    [[nodiscard]] Turn& turn() noexcept { return turn_; }
    [[nodiscard]] const std::shared_ptr<Posts>& posts() const noexcept { return posts_; }
    [[nodiscard]] ThreadPool& thread_pool() noexcept { return *pools_.front(); }
    /// \p pool is joined when the loop ends, when nobody waits for what it calls any more.
    void join_at_end(std::shared_ptr<ThreadPool> pool);
    [[nodiscard]] LifeCycle& life_cycle() noexcept { return life_cycle_; }
    [[nodiscard]] Drain& drain() noexcept { return drain_; }
    /// What every connection is read into, one at a time, so that an idle one owns no buffer.
    [[nodiscard]] std::span<char> slab() noexcept { return {slab_.get(), slab_size}; }

    /// The same for datagrams.
    [[nodiscard]] ReceiveBatch& receive_batch();

    IntrusiveList<SocketListener, Loop> listeners;
    IntrusiveList<DatagramSocket, Loop> ports;
    IntrusiveList<Connector, Loop> connectors;
    IntrusiveList<LoopTransport, Loop> transports;
    IntrusiveList<LoopBound, LoopBound> bound;
    TriggerCalls signals; // each is a SignalCall
    IntrusiveList<ChildProcess, ChildProcess> processes;
    Trigger child_signal; // SIGCHLD, while there are any

private:
    static constexpr std::size_t slab_size = 256 * 1024;

    struct UvLoopCloser {
        void operator()(uv_loop_t* loop) const noexcept;
    };
    static std::unique_ptr<uv_loop_t, UvLoopCloser> make_uv_loop();

    [[nodiscard]] bool due() noexcept; // a turn has something to do, whatever happens outside
    void refuse_inside() const;        // throws inside a turn
    void before_sleep() noexcept;
    void end_processes() noexcept;
    void arm_timer() noexcept;
    void run_timers() noexcept;

    Clock& clock_; // the Reactor
    ReactorOptions options_;
    EndpointKinds kinds_;
    ActivatedSockets activated_;
    std::unique_ptr<uv_loop_t, UvLoopCloser> uv_;
    TimerQueue timers_;
    Turn turn_;
    UniqueFunction<void()> when_armed_;
    std::unique_ptr<char[]> slab_;
    std::unique_ptr<ReceiveBatch> receive_batch_; // null until a datagram comes
    LifeCycle life_cycle_{*this};
    Drain drain_{*this};
    std::vector<std::shared_ptr<Factory>> stopping_;
    std::uint64_t turns_ = 0;
    bool turning_ = false;                           // inside uv_run()
    bool once_ = false;                              // for a single turn
    bool ending_ = false;                            // inside end()
    bool ran_ = false;                               // this turn has called something
    bool stopped_ = false;                           // this turn has ended a stop
    bool told_ = false;                              // when_armed_ was called; or a turn is due
    std::optional<std::chrono::milliseconds> armed_; // what timer_ is set to

    // Destroyed first, before what their callbacks touch.
    UvOwned<uv_prepare_t> prepare_;
    UvOwned<uv_check_t> check_;
    UvOwned<uv_idle_t> stay_awake_; // active while a turn left work for the next
    UvOwned<uv_timer_t> timer_;
    std::shared_ptr<Posts> posts_;                   // shared with threads' work; closed in end()
    std::vector<std::shared_ptr<ThreadPool>> pools_; // the first is the reactor's own
    std::unique_ptr<Resolver> resolver_;             // null until it is first asked for
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
