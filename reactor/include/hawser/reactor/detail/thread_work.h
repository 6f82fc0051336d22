// SPDX-License-Identifier: MIT
/// \file
/// What goes between a loop and other threads and comes back. For defer_to_thread.h and
/// blocking_call_from_thread.h alone.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/export.h>
#include <hawser/reactor/thread_pool.h>

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser {

class Reactor;

namespace detail {

class Loop;

/// What must hear of it when its loop ends.
class HAWSER_API LoopBound : public ListHook<LoopBound> {
public:
    virtual ~LoopBound();
    virtual void loop_ends() noexcept = 0; ///< On the loop's thread. Leaves the list.
};

/// A call that a thread of a pool makes, and a loop waits for. Both own it while it is under way.
/// The Promise is of the loop's thread alone: it goes before the loop does.
class HAWSER_API ThreadWork : public LoopBound {
public:
    static void start(const std::shared_ptr<ThreadWork>& work, Reactor& reactor, ThreadPool& pool);
    void loop_ends() noexcept override;

protected:
    void take_back() noexcept { ticket_.take_back(); }

    virtual void call() = 0;    // on the pool's thread: keeps value or exception
    virtual void deliver() = 0; // on the loop's: brings it
    virtual void fail(std::exception_ptr error) = 0; // on the loop's, which waits no longer

private:
    class Run; // what the pool is given

    void finish();
    void stop_waiting(std::exception_ptr error);

    ThreadPool::Ticket ticket_;
    std::shared_ptr<ThreadWork> self_; // the loop's share, until it leaves the loop's list
};

/// Value or exception of a call, on its way from one thread to another.
template <class R>
class Outcome {
public:
    template <class F, class... Args>
    void set_to_result_of(F& call, Args&&... args) noexcept {
        try {
            if constexpr (std::is_void_v<R>) {
                call(std::forward<Args>(args)...);
                value_.emplace();
            } else {
                value_.emplace(call(std::forward<Args>(args)...));
            }
        } catch (...) {
            error_ = std::current_exception();
        }
    }
    template <class... Value>
    void set(Value&&... value) {
        value_.emplace(std::forward<Value>(value)...);
    }
    void fail(std::exception_ptr error) noexcept { error_ = std::move(error); }

    /// \p subject is for what was never called.
    void move_to(Promise<R>& promise, std::string_view subject) {
        if (!value_) {
            promise.fail(take_error(subject));
        } else if constexpr (std::is_void_v<R>) {
            promise.resolve();
        } else {
            promise.resolve(std::move(*value_));
        }
    }
    R get(std::string_view subject) {
        if (!value_) {
            std::rethrow_exception(take_error(subject));
        }
        if constexpr (!std::is_void_v<R>) {
            return std::move(*value_);
        }
    }

private:
    std::exception_ptr take_error(std::string_view subject) {
        return error_ ? std::exchange(error_, nullptr)
                      : std::make_exception_ptr(Error(Errc::canceled, subject));
    }

    std::optional<Stored<R>> value_;
    std::exception_ptr error_;
};

template <class F>
class ThreadCall final : public ThreadWork {
public:
    using Result = std::decay_t<std::invoke_result_t<F&>>;

    explicit ThreadCall(F function) : function_(std::move(function)) {}

    /// Call once.
    Deferred<Result> deferred() {
        promise_.on_cancel([this] { take_back(); }); // we live as long as it may be called
        return promise_.deferred();
    }

private:
    void call() override {
        outcome_.set_to_result_of(*function_);
        function_.reset(); // what it has captured goes where it ran
    }
    void deliver() override {
        Promise<Result> promise = std::move(promise_);
        outcome_.move_to(promise, "waiting for a thread");
    }
    void fail(std::exception_ptr error) override {
        Promise<Result> promise = std::move(promise_);
        promise.fail(std::move(error));
    }

    std::optional<F> function_;
    Outcome<Result> outcome_;
    Promise<Result> promise_;
};

/// A call that the loop makes, and another thread waits for.
class HAWSER_API BlockingWork : public LoopBound {
public:
    explicit BlockingWork(Reactor& reactor) noexcept;

    /// Blocks until done. Throws std::errc::resource_deadlock_would_occur on the loop's thread.
    static void wait_for_loop(const std::shared_ptr<BlockingWork>& work);

protected:
    virtual void begin(const std::shared_ptr<BlockingWork>& self) = 0; // on the loop's thread

    /// The loop holds it too, until end().
    void bind(std::shared_ptr<BlockingWork> self);
    [[nodiscard]] bool bound() const noexcept { return self_ != nullptr; }
    void end() noexcept; ///< Done: wakes the other thread. It may be the end of `this`.

private:
    class Ask; // what the loop is given

    void set_done() noexcept;

    Loop& loop_;
    std::shared_ptr<BlockingWork> self_; // the loop's share
    std::mutex mutex_;
    std::condition_variable news_;
    bool done_ = false; // guarded by mutex_
};

template <class F>
class BlockingCall final : public BlockingWork {
    using Returned = std::decay_t<std::invoke_result_t<F&>>;

public:
    using Result = typename Unwrap<Returned>::type;

    BlockingCall(Reactor& reactor, F function)
        : BlockingWork(reactor), function_(std::move(function)) {}

    /// Once done.
    Result result() { return outcome_.get("waiting for the reactor"); }

    void loop_ends() noexcept override {
        waiting_ = {};
        end();
    }

private:
    void begin(const std::shared_ptr<BlockingWork>& self) override {
        bind(self);
        if constexpr (Unwrap<Returned>::deferred) {
            wait_for_deferred();
        } else {
            outcome_.set_to_result_of(function_);
            end();
        }
    }

    void wait_for_deferred() {
        try {
            Deferred<> waiting =
                function_()
                    .then([this](auto&&... value) {
                        outcome_.set(std::forward<decltype(value)>(value)...);
                    })
                    .recover([this](std::exception_ptr error) { outcome_.fail(std::move(error)); })
                    .then([this] {
                        const Deferred<> chain = std::move(waiting_);
                        end();
                    });
            if (bound()) {
                waiting_ = std::move(waiting);
            }
            return;
        } catch (...) {
            outcome_.fail(std::current_exception());
        }
        end(); // not inside the catch: the exception is now the other thread's alone
    }

    F function_; // may be a coroutine's closure: lives as long as what it returned
    Outcome<Result> outcome_;
    Deferred<> waiting_; // of the loop's thread alone
};

} // namespace detail
} // namespace hawser
