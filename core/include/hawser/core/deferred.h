// SPDX-License-Identifier: MIT
/// \file
/// Deferred, a result to come, and Promise, which brings it.
#pragma once

#include <hawser/core/detail/deferred_state.h>
#include <hawser/core/error.h>
#include <hawser/core/export.h>
#include <hawser/core/origin.h>
#include <hawser/core/outcome.h>
#include <hawser/core/unique_function.h>

#include <exception>
#include <system_error>
#include <utility>

namespace hawser {

template <class T = void>
class Promise;

/// The result of something that is already running: a value, or a failure. One consumer, moved
/// and never copied.
///
/// Dropping it cancels it: what waits for it is destroyed without being called, and the producer
/// is told to stop. So callbacks that capture `this` are safe when the Deferred is a member. A
/// failure that nobody has handled when a Deferred is dropped is logged; in debug builds the log
/// says where that Deferred was made.
///
/// Callbacks run as soon as the result is there: inside then() when it is already, else inside
/// Promise::resolve(). A chain takes no stack, however long it is. A callback that itself calls
/// then() on a result that is there does: for loops over such, a coroutine is the better form.
template <class T = void>
class [[nodiscard]] Deferred { // dropping one cancels it: keep it, or detach() it
public:
    using value_type = T;

    Deferred() noexcept = default; ///< Of nothing: settled() is false for ever.
    Deferred(Deferred&&) noexcept = default;
    Deferred& operator=(Deferred&& other) noexcept;
    ~Deferred() {
        if (state_) {
            detail::drop(std::move(state_));
        }
    }

    /// One that has its result already.
    template <class... Value>
    static Deferred succeed(Value&&... value);
    static Deferred fail(std::exception_ptr error, Origin made = Origin::here());
    static Deferred fail(std::error_code error, std::string_view subject,
                         Origin made = Origin::here());

    /// Calls \p on_value with the value; gives a Deferred of what it returns, or of what the
    /// Deferred it returns will bring. An exception from it, or a failure of this one, fails it.
    template <class F>
    auto then(F on_value, Origin made = Origin::here()) &&;
    /// Likewise, with \p on_error in the same step for a failure: what one of them throws is not
    /// seen by the other. Both give the same type.
    template <class F, class G>
    auto then(F on_value, G on_error, Origin made = Origin::here()) &&;

    /// Calls \p on_error with a failure, a std::exception_ptr; what it returns, a T or a
    /// Deferred<T>, takes the failure's place. A value passes by.
    template <class F>
    Deferred recover(F on_error, Origin made = Origin::here()) &&;

    /// Calls \p on_end with nothing either way, then passes the result on; waits first when
    /// it returns a Deferred<>. An exception from it, or its failure, takes the result's place.
    template <class F>
    Deferred finally(F on_end, Origin made = Origin::here()) &&;

    /// How it ended, as a value, whichever it is.
    Deferred<Outcome<T>> outcome() &&;

    /// Asks the producer to stop. Unless it brings a result at once, this fails with
    /// Errc::canceled, and a result that comes later is dropped. Does nothing once settled.
    void cancel();

    /// Lets it go on without an owner; \p on_error is called with a failure.
    void detach(UniqueFunction<void(std::exception_ptr)> on_error, Origin made = Origin::here()) &&;

    /// The result is there, and nobody has taken it.
    [[nodiscard]] bool settled() const noexcept { return state_ && state_->settled(); }

private:
    template <class>
    friend class Promise;
    template <class>
    friend class Deferred;
    template <class, class, class>
    friend class detail::Then;
    template <class>
    friend class detail::CoroutineBase;
    template <class U>
    friend Deferred<U> detail::told_elsewhere(Deferred<U> deferred) noexcept;

    using State = detail::TypedState<T>;
    explicit Deferred(detail::StateRef<State> state) noexcept : state_(std::move(state)) {}
    template <class U, class Run>
    Deferred<U> chain(Run run, Origin made) &&;

    detail::StateRef<State> state_; // null: of nothing
};

/// Calls \p function; gives a Deferred of what it returns, or the Deferred it returns. What it
/// throws is its failure.
template <class F>
auto from_call(F&& function);

/// The producing side of a Deferred. Dropped without a result, it fails with Errc::abandoned.
template <class T>
class Promise {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): {} makes one
    Promise(Origin made = Origin::here()) : state_(detail::make_state<T>(made)) {}
    Promise(Promise&&) noexcept = default;
    Promise& operator=(Promise&& other) noexcept;
    ~Promise() {
        if (wanted()) {
            detail::abandon(std::move(state_));
        }
    }

    /// The consuming side. Precondition: not called before.
    Deferred<T> deferred();

    /// Brings the value, and runs what waits for it: therefore the last thing a function does. A
    /// second result is Errc::already_resolved; one after a cancel or a drop does nothing.
    template <class... Value>
    void resolve(Value&&... value);

    void fail(std::exception_ptr error); ///< Brings a failure, likewise.
    void fail(std::error_code error, std::string_view subject);
    void settle(Outcome<T> outcome); ///< Brings the one or the other.

    /// \p stop is called once if the consumer cancels or drops the Deferred before the result.
    void on_cancel(UniqueFunction<void()> stop);

    /// False once the result was brought, or nobody waits for one any more.
    [[nodiscard]] bool wanted() const noexcept { return state_ && state_->wanted(); }

private:
    detail::StateRef<detail::TypedState<T>> state_; // null: moved from
};

} // namespace hawser

#include <hawser/core/detail/deferred_chain.h>
#include <hawser/core/detail/deferred_coroutine.h>
