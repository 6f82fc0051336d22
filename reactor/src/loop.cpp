// SPDX-License-Identifier: MIT
#include "loop.h"

#include "ares_resolver.h"
#include "connector.h"
#include "datagram_socket.h"
#include "loop_transport.h"
#include "socket_listener.h"

#include <hawser/core/proxy_protocol.h>

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
    : clock_(reactor), options_(options), uv_(make_uv_loop()), timers_(reactor),
      turn_(reactor, options.limits), slab_(std::make_unique_for_overwrite<char[]>(slab_size)),
      prepare_(make_handle<uv_prepare_t>(this, "cannot make a loop", uv(), uv_prepare_init)),
      check_(make_handle<uv_check_t>(this, "cannot make a loop", uv(), uv_check_init)),
      stay_awake_(make_handle<uv_idle_t>(this, "cannot make a loop", uv(), uv_idle_init)),
      timer_(make_handle<uv_timer_t>(this, "cannot make a loop", uv(), uv_timer_init)),
      posts_(std::make_shared<Posts>(uv())), pools_{std::make_shared<ThreadPool>(
                                                 options.thread_pool)} {
    uv_->data = this;
    turn_.when_wanted([this] { armed(); });
    timers_.when_earlier([this] { armed(); });
    kinds_.add(ProxyProtocolKind::name, std::make_unique<ProxyProtocolKind>(clock_));
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
    const Posts::Here here(*posts_);
    ending_ = true;
    posts_->close(); // what its calls have captured may be gone
    life_cycle_.end();
    drain_.end();
    turning_ = true;
    end_processes();
    while (!signals.empty()) {
        static_cast<SignalCall&>(signals.front()).end();
    }
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
    ports.for_each([&](DatagramSocket& port) {
        listening += port.listening() ? 1 : 0;
        port.stop_listening();
    });
    cancel_connectors();
    resolver_.reset();
    if (left + listening > 0) {
        log(LogLevel::warning, "reactor",
            fmt::format("destroyed with connections still open: {}, listeners: {}", left,
                        listening));
    }
    while (!transports.empty() || !listeners.empty() || !ports.empty()) {
        uv_run(uv(), UV_RUN_NOWAIT);
    }
    stop_factories();
    for (const std::shared_ptr<ThreadPool>& pool : pools_) {
        pool->close();
    }
    while (!bound.empty()) {
        bound.front().loop_ends(); // what a thread waits for must end before it is joined
    }
    for (const std::shared_ptr<ThreadPool>& pool : pools_) {
        pool->join();
    }
}

void Loop::end_processes() noexcept {
    processes.for_each([](ChildProcess& process) { process.finish(); });
    while (!processes.empty()) {
        uv_run(uv(), UV_RUN_ONCE); // until SIGCHLD; or their time is up, and SIGKILL
    }
}

void Loop::join_at_end(std::shared_ptr<ThreadPool> pool) {
    // Those that only we have left, and whose threads are through. The first one is ours.
    std::erase_if(pools_, [&](const std::shared_ptr<ThreadPool>& other) {
        return other != pools_.front() && other.use_count() == 1 && other->threads() == 0;
    });
    pools_.push_back(std::move(pool));
}

ReceiveBatch& Loop::receive_batch() {
    if (!receive_batch_) {
        receive_batch_ = std::make_unique<ReceiveBatch>();
    }
    return *receive_batch_;
}

Clock::time_point Loop::now() noexcept {
    if (!turning_) {
        uv_update_time(uv()); // nobody else has since the last turn
    }
    return Clock::time_point(std::chrono::milliseconds(uv_now(uv())));
}

void Loop::refuse_inside() const {
    if (turning_) {
        throw Error(Errc::already_running, "cannot turn the reactor inside one of its callbacks");
    }
}

void Loop::run() {
    refuse_inside();
    Trigger interrupt;
    Trigger terminate;
    if (options_.handle_signals) {
        interrupt = SignalCall::watch(*this, SIGINT, [this] { life_cycle_.signaled(); });
        terminate = SignalCall::watch(*this, SIGTERM, [this] { life_cycle_.signaled(); });
    }
    const Posts::Here here(*posts_);
    turning_ = true;
    life_cycle_.start();
    uv_run(uv(), UV_RUN_DEFAULT); // until stopped(): the wake-up keeps it alive
    turning_ = told_ = false;
}

void Loop::start_running() {
    const Posts::Here here(*posts_);
    life_cycle_.start();
}

bool Loop::run_once(bool wait) {
    refuse_inside();
    const Posts::Here here(*posts_);
    turning_ = once_ = true;
    ran_ = stopped_ = false;
    arm_timer();
    uv_run(uv(), wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    turn_.run();
    turn_.send();
    uv_idle_stop(stay_awake_.get()); // it was for this turn alone: timeout() knows what is due
    turning_ = once_ = told_ = false;
    return !stopped_;
}

Resolver& Loop::resolver() {
    if (!resolver_) {
        resolver_ = std::make_unique<AresResolver>(*this, options_.name_servers);
    }
    return *resolver_;
}

void Loop::stopped() noexcept {
    stopped_ = true;
    uv_stop(uv());
}

void Loop::before_sleep() noexcept {
    ++turns_;
    stop_factories();
    ran_ = ran_ || !turn_.idle();
    bool more = turn_.run();
    if (life_cycle_.step()) {
        more = ran_ = true;
    }
    arm_timer();
    // A single turn that has done something returns, whatever may come.
    if (more || (ran_ && once_)) {
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

// Each tells whoever waits for it, who may drop others.
void Loop::cancel_connectors() noexcept {
    while (!connectors.empty()) {
        connectors.front().cancel();
    }
}

} // namespace hawser::detail
