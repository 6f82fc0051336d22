// SPDX-License-Identifier: MIT
/// \file
/// ThreadPool, threads for calls that block or compute for long.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

namespace hawser {

struct ThreadPoolOptions {
    std::size_t threads = 10; ///< The most at once; they are started when there is work for them.
    /// The most calls that wait for a thread; the next one is refused.
    std::size_t queue = std::numeric_limits<std::size_t>::max();
};

/// Calls run in the order they were given, each on whichever thread is free. Everything here is
/// Thread-safe.
///
/// Most programs need none of their own: see Reactor::defer_to_thread().
class HAWSER_API ThreadPool {
public:
    class Ticket;

    /// Throws std::errc::invalid_argument for a pool of no threads.
    explicit ThreadPool(ThreadPoolOptions options = {});
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;
    ~ThreadPool(); ///< close(), then join().

    /// Runs \p call on a thread of the pool. An exception from it is reported. Throws
    /// Errc::canceled after close(), std::errc::resource_unavailable_try_again when the queue is
    /// full or the system gives not even one thread; \p call is then destroyed without being
    /// called.
    Ticket call_in_thread(UniqueFunction<void()> call);

    /// The most threads at once. Fewer: those too many end when their call has returned. Throws
    /// std::errc::invalid_argument for none.
    void set_size(std::size_t threads);

    /// Takes no more calls, and destroys those that have not begun. Does not wait for the others.
    void close() noexcept;

    /// Waits until every thread has ended. Precondition: close() was called, and not from a call
    /// in this pool.
    void join() noexcept;

    [[nodiscard]] std::size_t size() const noexcept;    ///< The most threads at once.
    [[nodiscard]] std::size_t threads() const noexcept; ///< Threads there are.
    [[nodiscard]] std::size_t waiting() const noexcept; ///< Calls that have not begun.

private:
    struct State;
    std::shared_ptr<State> state_; // shared with the threads and the tickets, who may outlive us
};

/// For taking a call back. May outlive its pool.
class HAWSER_API ThreadPool::Ticket {
public:
    Ticket() noexcept = default; ///< Of no call.

    /// True: the call had not begun, and was destroyed without being called. Thread-safe.
    bool take_back() noexcept;

private:
    friend class ThreadPool;
    Ticket(std::weak_ptr<State> state, std::uint64_t number) noexcept;

    std::weak_ptr<State> state_;
    std::uint64_t number_ = 0;
};

} // namespace hawser
