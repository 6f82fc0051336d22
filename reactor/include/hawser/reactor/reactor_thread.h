// SPDX-License-Identifier: MIT
/// \file
/// ReactorThread, a Reactor with a thread of its own, for programs that are not event-driven.
#pragma once

#include <hawser/core/export.h>
#include <hawser/reactor/blocking_call_from_thread.h>
#include <hawser/reactor/reactor.h>

#include <thread>
#include <type_traits>
#include <utility>

namespace hawser {

/// A Reactor that runs on a thread of its own from the constructor to the destructor. What is made
/// on it, listeners and protocols, lives there and is touched there alone: by calls that are sent
/// to it.
///
/// So a Listener, a Timer or a pending Deferred of it is destroyed by a call, or after this: kept
/// in a variable, it is declared before the thread.
///
/// It watches no signals, and the process's signals are for other threads: here all are blocked but
/// those of a fault. Its functions are thread-safe, as long as it lives.
class HAWSER_API ReactorThread {
public:
    /// Returns when the reactor runs; ReactorOptions::handle_signals is of no use to it. Throws
    /// what making the Reactor, or the thread, throws.
    explicit ReactorThread(ReactorOptions options = {});
    ReactorThread(const ReactorThread&) = delete;
    ReactorThread& operator=(const ReactorThread&) = delete;
    /// stop(), waits until that has come to its end, for ReactorOptions::drain_timeout and the
    /// calls of defer_to_thread() at most, and destroys the Reactor on its thread.
    /// Precondition: not on that thread.
    ~ReactorThread();

    /// Has the thread call `call(Reactor&)`, and does not wait; in the order of these calls. What
    /// it throws is reported. A Deferred has no taker here: use call(), or detach() it. See
    /// Reactor::call_from_thread().
    template <class F>
    void post(F call);

    /// Has the thread call `call(Reactor&)`, and waits: gives what that returns, or when it is a
    /// Deferred, what it brings; throws what that throws, or fails with. On the thread itself it
    /// throws std::errc::resource_deadlock_would_occur.
    template <class F>
    auto call(F call);

    /// Begins Reactor::stop(), unless it is stopped, and does not wait: to stop several at a time.
    /// Calls are made all the same, until the destructor's end.
    void stop();

    /// For its thread, and for what is thread-safe of it.
    [[nodiscard]] Reactor& reactor() noexcept { return *reactor_; }

private:
    struct Start;

    void main(Start& start);

    Reactor* reactor_ = nullptr; // lives in main()
    bool ending_ = false;        // of the thread alone
    std::thread thread_;
};

template <class F>
void ReactorThread::post(F call) {
    static_assert(std::is_invocable_v<F&, Reactor&>, "it is given the Reactor");
    static_assert(!detail::Unwrap<std::invoke_result_t<F&, Reactor&>>::deferred,
                  "its Deferred would be dropped, which cancels it: use call(), or detach() it");
    reactor_->call_from_thread([reactor = reactor_, call = std::move(call)]() mutable {
        static_cast<void>(call(*reactor));
    });
}

template <class F>
auto ReactorThread::call(F call) {
    static_assert(std::is_invocable_v<F&, Reactor&>, "it is given the Reactor");
    return blocking_call_from_thread(
        *reactor_,
        [reactor = reactor_, call = std::move(call)]() mutable { return call(*reactor); });
}

} // namespace hawser
