// SPDX-License-Identifier: MIT
/// \file
/// What a Deferred and its Promise share. For deferred.h alone.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace hawser::detail {

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

/// What happens with a result. run() is given the settled state and returns the state it settled
/// in turn, if any: a loop runs the chain, so its length takes no stack.
class HAWSER_API Continuation {
public:
    virtual ~Continuation();
    virtual AnyState run(AnyState source) = 0;
    /// The state that is given the result as it is; null when more is done with it.
    virtual DeferredState* forwards_to() const noexcept;
};

/// The part that does not depend on the value's type.
///
/// Two owners: the Promise, and the consumer, which is a Deferred or the state downstream that
/// waits for this one (its `upstream`). A continuation holds the state downstream; the cycle is
/// broken when the result comes or the consumer drops.
class HAWSER_API DeferredState {
public:
    virtual ~DeferredState();

    [[nodiscard]] bool settled() const noexcept { return phase_ == Phase::settled; }
    [[nodiscard]] bool wanted() const noexcept { return phase_ == Phase::pending; }

    /// Makes \p next what happens with the result, now when it is there.
    static void attach(AnyState source, std::unique_ptr<Continuation> next);
    /// \p source will bring the result of \p state. What only forwards that result waits for
    /// \p source itself, so that a loop which waits anew each round does not grow. False: there
    /// is nothing of that kind.
    static bool hand_over(DeferredState& state, AnyState source);
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
    bool begin_result() const;
    std::exception_ptr take_error() noexcept;

    AnyState upstream;                ///< what this one waits for
    UniqueFunction<void()> on_cancel; ///< tells the producer to stop
    std::uint32_t references = 0;

protected:
    void report_unhandled() noexcept;
    void tell_producer() noexcept; // calls on_cancel, at most once

    enum class Phase : std::uint8_t {
        pending,  // wanted, no result yet
        settled,  // has its result
        taken,    // its result was handed on
        unwanted, // canceled or dropped: a result that comes is dropped
    };
    Phase phase_ = Phase::pending;
    bool canceled_ = false;    // by the consumer: the result that comes late is dropped
    bool canceling_ = false;   // inside on_cancel: a dropped Promise is no failure of its own
    std::exception_ptr error_; // null: a value
    std::unique_ptr<Continuation> continuation_;
};

template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

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
StateRef<TypedState<T>> make_state() {
    return StateRef<TypedState<T>>(std::make_unique<TypedState<T>>().release());
}

/// What ~Deferred does.
HAWSER_API void drop(AnyState state) noexcept;
/// What ~Promise does: a failure, Errc::abandoned, if there is no result yet.
HAWSER_API void abandon(AnyState state) noexcept;

template <class T, class U, class Run>
class Then;

} // namespace hawser::detail
