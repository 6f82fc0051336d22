// SPDX-License-Identifier: MIT
#include "loop.h"

#include "connector.h"
#include "loop_transport.h"
#include "socket_listener.h"

#include <fmt/format.h>

#include <csignal>

namespace hawser::detail {

namespace {

Loop& loop_of(void* data) noexcept {
    return *static_cast<Loop*>(data);
}

} // namespace

void Loop::UvLoopCloser::operator()(uv_loop_t* loop) const noexcept {
    // The handles are closing: their callbacks free them.
    while (uv_loop_close(loop) == UV_EBUSY) {
        uv_run(loop, UV_RUN_DEFAULT);
    }
    delete loop;
}

std::unique_ptr<uv_loop_t, Loop::UvLoopCloser> Loop::make_uv_loop() {
    auto loop = std::make_unique<uv_loop_t>();
    uv_check(uv_loop_init(loop.get()), "cannot make a loop");
    return std::unique_ptr<uv_loop_t, UvLoopCloser>(loop.release());
}

Loop::Loop(Reactor& reactor, const ReactorOptions& options)
    : options_(options), uv_(make_uv_loop()), timers_(reactor), turn_(reactor, options.limits),
      slab_(std::make_unique_for_overwrite<char[]>(slab_size)),
      prepare_(make_handle<uv_prepare_t>(this, "cannot make a loop", uv(), uv_prepare_init)),
      check_(make_handle<uv_check_t>(this, "cannot make a loop", uv(), uv_check_init)),
      stay_awake_(make_handle<uv_idle_t>(this, "cannot make a loop", uv(), uv_idle_init)),
      timer_(make_handle<uv_timer_t>(this, "cannot make a loop", uv(), uv_timer_init)),
      posts_(uv()) {
    uv_->data = this;
    uv_check(uv_prepare_start(prepare_.get(),
                              [](uv_prepare_t* handle) { loop_of(handle->data).before_sleep(); }),
             "cannot start a loop");
    // After the sockets had their say: what they wrote to others leaves in this turn.
    uv_check(
        uv_check_start(check_.get(), [](uv_check_t* handle) { loop_of(handle->data).turn_.run(); }),
        "cannot start a loop");
}

Loop::~Loop() = default;

void Loop::end() noexcept {
    ending_ = true;
    posts_.close(); // what its calls have captured may be gone
    when_running_.clear();
    std::size_t left = 0;
    transports.for_each([&](LoopTransport& transport) {
        left += transport.finished() ? 0 : 1;
        transport.abort_connection();
        transport.hurry();
    });
    std::size_t listening = 0;
    listeners.for_each([&](SocketListener& listener) {
        listening += listener.stopped() ? 0 : 1;
        listener.stop();
    });
    cancel_connectors();
    if (left + listening > 0) {
        log(LogLevel::warning, "reactor",
            fmt::format("destroyed with connections still open: {}, listeners: {}", left,
                        listening));
    }
    turning_ = true;
    while (!transports.empty() || !listeners.empty()) {
        uv_run(uv(), UV_RUN_NOWAIT);
    }
    stop_factories();
}

Clock::time_point Loop::now() noexcept {
    if (!turning_) {
        uv_update_time(uv()); // nobody else has since the last turn
    }
    return Clock::time_point(std::chrono::milliseconds(uv_now(uv())));
}

void Loop::run() {
    assert(phase_ == Phase::idle && !turning_);
    if (options_.handle_signals) {
        watch_signals();
    }
    phase_ = Phase::running;
    for (UniqueFunction<void()>& call : std::exchange(when_running_, {})) {
        posts_.add(std::move(call));
    }
    turning_ = true;
    uv_run(uv(), UV_RUN_DEFAULT); // until uv_stop(): the wake-up keeps it alive
    turning_ = false;
    interrupt_.reset();
    terminate_.reset();
    phase_ = Phase::idle;
}

void Loop::run_once(bool wait) {
    assert(!turning_);
    turning_ = true;
    ran_ = false;
    arm_timer();
    uv_run(uv(), wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    turn_.run();
    turning_ = false;
}

void Loop::when_running(UniqueFunction<void()> call) {
    if (phase_ == Phase::idle) {
        when_running_.push_back(std::move(call));
    } else {
        posts_.add(std::move(call));
    }
}

void Loop::before_sleep() noexcept {
    stop_factories();
    ran_ = ran_ || !turn_.idle();
    // A single turn that has done something returns, whatever may come.
    bool more = turn_.run() || (ran_ && phase_ == Phase::idle);
    if (phase_ > Phase::running) {
        drain();
        more = more || phase_ == Phase::closing_listeners || !turn_.idle();
    }
    arm_timer();
    if (more) {
        uv_idle_start(stay_awake_.get(), [](uv_idle_t*) {});
    } else {
        uv_idle_stop(stay_awake_.get());
    }
}

void Loop::stop_factories() noexcept {
    for (const std::shared_ptr<Factory>& factory : std::exchange(stopping_, {})) {
        factory->do_stop();
    }
}

void Loop::arm_timer() noexcept {
    const auto next = timers_.next();
    if (next && next != armed_) {
        const auto now = std::chrono::milliseconds(uv_now(uv()));
        const auto wait = std::max(*next - now, std::chrono::milliseconds::zero());
        uv_timer_start(
            timer_.get(), [](uv_timer_t* handle) { loop_of(handle->data).run_timers(); },
            static_cast<std::uint64_t>(wait.count()), 0);
    } else if (!next && armed_) {
        uv_timer_stop(timer_.get());
    }
    armed_ = next;
}

void Loop::run_timers() noexcept {
    armed_.reset();
    const std::chrono::milliseconds now(uv_now(uv()));
    const std::uint64_t mark = timers_.mark();
    while (UniqueFunction<void()> call = timers_.take_due_before(now, mark)) {
        guarded("a scheduled call", call);
        ran_ = true;
    }
}

// Ending in good order.

void Loop::stop() {
    if (phase_ != Phase::running) {
        throw Error(Errc::not_running, "cannot stop");
    }
    begin_drain();
}

void Loop::watch_signals() {
    const auto watch = [this](int number) {
        auto handle = make_handle<uv_signal_t>(this, "cannot watch signals", uv(), uv_signal_init);
        uv_check(uv_signal_start(
                     handle.get(),
                     [](uv_signal_t* signal, int) { loop_of(signal->data).signaled(); }, number),
                 "cannot watch signals");
        return handle;
    };
    interrupt_ = watch(SIGINT);
    terminate_ = watch(SIGTERM);
}

void Loop::signaled() noexcept {
    if (phase_ == Phase::running) {
        begin_drain();
    } else {
        reset_all();
    }
}

void Loop::begin_drain() noexcept {
    phase_ = Phase::closing_listeners;
    drained_ = reset_ = 0;
    hurry_ = served_ = false;
}

void Loop::drain() noexcept {
    if (phase_ == Phase::closing_listeners) {
        if (!listeners.empty()) {
            // Factories are told in the close callbacks, and may still speak to their members.
            listeners.for_each([](SocketListener& listener) { listener.stop(); });
            served_ = true;
            return;
        }
        phase_ = Phase::closing;
        cancel_connectors();
        transports.for_each([this](LoopTransport& transport) {
            ++drained_;
            transport.lose_connection();
        });
        drain_deadline_ = timers_.add(options_.drain_timeout, [this] { reset_all(); });
        if (hurry_) {
            reset_all();
        }
    }
    if (!transports.empty()) {
        return;
    }
    drain_deadline_.cancel();
    stop_factories();
    if (drained_ > 0) {
        // A server's operator wants to know; a client's user has nothing to learn from it.
        log(reset_ > 0 ? LogLevel::warning
            : served_  ? LogLevel::info
                       : LogLevel::debug,
            "reactor",
            fmt::format("stopped; connections closed: {}, reset: {}", drained_ - reset_, reset_));
    }
    uv_stop(uv());
}

// Each tells whoever waits for it, who may drop others.
void Loop::cancel_connectors() noexcept {
    while (!connectors.empty()) {
        connectors.front().cancel();
    }
}

void Loop::reset_all() noexcept {
    if (phase_ == Phase::closing && reset_ == 0) {
        transports.for_each([this](LoopTransport& transport) {
            reset_ += transport.finished() ? 0 : 1;
            transport.abort_connection(Errc::timed_out);
            transport.hurry();
        });
    }
    hurry_ = true; // a second signal that comes before the connections were told to close
}

} // namespace hawser::detail
