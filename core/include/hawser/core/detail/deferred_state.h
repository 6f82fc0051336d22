// SPDX-License-Identifier: MIT
/// \file
/// What a Deferred and its Promise share. For deferred.h alone.
#pragma once

#include <hawser/core/detail/recycled.h>
#include <hawser/core/export.h>
#include <hawser/core/origin.h>
#include <hawser/core/outcome.h>
#include <hawser/core/unique_function.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {

template <class T>
class Deferred;

namespace detail {

/// A counted pointer for one thread.
template <class S>
class StateRef {
public:
    StateRef() noexcept = default;
    explicit StateRef(S* state) noexcept : state_(state) { hold(); }
    StateRef(const StateRef& other) noexcept : state_(other.state_) { hold(); }
    StateRef(StateRef&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    template <class D>
        requires(std::is_convertible_v<D*, S*>)
    StateRef(StateRef<D> other)
    noexcept : state_(other.release()) {}
    /// Of one that is known to be an S.
    template <class B>
        requires(std::is_base_of_v<B, S> && !std::is_same_v<B, S>)
    explicit StateRef(StateRef<B> other) noexcept : state_(static_cast<S*>(other.release())) {}
    StateRef& operator=(StateRef other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~StateRef() {
        if (state_ != nullptr && --state_->references == 0) {
            delete state_;
        }
    }
    S* release() noexcept { return std::exchange(state_, nullptr); }
    S* get() const noexcept { return state_; }
    S* operator->() const noexcept { return state_; }
    S& operator*() const noexcept { return *state_; }
    explicit operator bool() const noexcept { return state_ != nullptr; }

private:
    void hold() noexcept {
        if (state_ != nullptr) {
            ++state_->references;
        }
    }
    S* state_ = nullptr;
};

class DeferredState;
using AnyState = StateRef<DeferredState>;

/// What happens with a result. It is used up by run() or by dispose(), and may be gone when they
/// return: one lives on the heap, or in the frame of the coroutine that waits.
class HAWSER_API Continuation : public Recycled {
public:
    /// Given the settled state; returns the state it may have settled in turn: a loop runs the
    /// chain, so its length takes no stack.
    virtual AnyState run(AnyState source) = 0;
    virtual void dispose() noexcept = 0; ///< Nobody waits for the result any more.
    /// The state that is given the result as it is; null when more is done with it.
    virtual DeferredState* forwards_to() const noexcept;

protected:
    virtual ~Continuation();
};

struct Disposer {
    void operator()(Continuation* unused) const noexcept { unused->dispose(); }
};
using Waiting = std::unique_ptr<Continuation, Disposer>;

/// The part that does not depend on the value's type.
///
/// Two owners: the Promise, and the consumer, which is a Deferred or the state downstream that
/// waits for this one (its `upstream`). A continuation holds the state downstream; the cycle is
/// broken when the result comes or the consumer drops.
class HAWSER_API DeferredState : public Recycled {
public:
    virtual ~DeferredState();

    [[nodiscard]] bool settled() const noexcept { return phase_ == Phase::settled; }
    [[nodiscard]] bool wanted() const noexcept { return phase_ == Phase::pending; }

    /// Makes \p next what happens with the result, now when it is there.
    static void attach(AnyState source, Waiting next);
    /// \p source will bring the result of \p state. What only forwards that result waits for
    /// \p source itself, so that a loop which waits anew each round does not grow. False: there
    /// is nothing of that kind.
    static bool hand_over(DeferredState& state, AnyState source);
    /// \p state is \p other, or waits for it, over however many steps.
    static bool depends_on(const DeferredState& state, const DeferredState& other) noexcept;
    /// The result is this failure. False: nobody wants it.
    bool store_error(std::exception_ptr error) noexcept;
    /// Runs what waits for \p state, which has its result, and whatever that settles.
    static void run(AnyState state);
    /// The consumer is gone.
    static void drop(AnyState state) noexcept;
    /// The producer is gone.
    static void abandon(AnyState state) noexcept;
    /// The consumer asks to stop, and stays.
    static void cancel(AnyState state);
    /// Throws Errc::already_resolved for a second result; false: nobody wants one.
    bool begin_result() const { return wanted() || begin_late_result(); }
    std::exception_ptr take_error() noexcept { return std::exchange(error_, nullptr); }

    /// As attach(), where the result is known not to be there.
    void wait_with(Continuation& next) noexcept { continuation_.reset(&next); }

    /// A coroutine brings the result. Pending, it either waits for its `upstream` or is running;
    /// a cancel then is for what it waits for next.
    void set_coroutine() noexcept { coroutine_ = true; }
    [[nodiscard]] bool take_cancel_request() noexcept {
        return std::exchange(cancel_requested_, false);
    }

    AnyState upstream;                ///< what this one waits for
    UniqueFunction<void()> on_cancel; ///< tells the producer to stop
    Origin made;
    std::uint32_t references = 0;
    bool told_elsewhere = false; ///< a failure that nobody handles is not reported

protected:
    bool begin_late_result() const;
    void report_unhandled() noexcept; // the failure, if there is one and nobody has taken it
    void tell_producer() noexcept;    // calls on_cancel, at most once

    enum class Phase : std::uint8_t {
        pending,  // wanted, no result yet
        settled,  // has its result
        taken,    // its result was handed on
        unwanted, // canceled or dropped: a result that comes is dropped
    };
    Phase phase_ = Phase::pending;
    bool canceled_ = false;  // by the consumer: the result that comes late is dropped
    bool canceling_ = false; // inside on_cancel: a dropped Promise is no failure of its own
    bool coroutine_ = false;
    bool cancel_requested_ = false; // of a coroutine while it was running
    std::exception_ptr error_;      // null: a value
    Waiting continuation_;
};

template <class T>
class TypedState final : public DeferredState {
public:
    template <class... Value>
    bool store(Value&&... value) {
        if (phase_ != Phase::pending) {
            return false;
        }
        value_.emplace(std::forward<Value>(value)...);
        phase_ = Phase::settled;
        return true;
    }
    /// The value, unless the result is a failure. Call once, settled.
    std::optional<Stored<T>> take() {
        phase_ = Phase::taken;
        return std::exchange(value_, std::nullopt);
    }

private:
    std::optional<Stored<T>> value_;
};

template <class T>
StateRef<TypedState<T>> make_state(Origin made = {}) {
    StateRef<TypedState<T>> state(std::make_unique<TypedState<T>>().release());
    state->made = made;
    return state;
}

/// What ~Deferred does.
HAWSER_API void drop(AnyState state) noexcept;
/// What ~Promise does: a failure, Errc::abandoned, if there is no result yet.
HAWSER_API void abandon(AnyState state) noexcept;

template <class T, class U, class Run>
class Then;
template <class T>
class CoroutineBase;

/// The same, but that a failure which nobody handles is not reported: it is told in another way.
template <class T>
Deferred<T> told_elsewhere(Deferred<T> deferred) noexcept;

} // namespace detail

} // namespace hawser
