// SPDX-License-Identifier: MIT
/// \file
/// What makes Deferred a coroutine type. For deferred.h alone.
#pragma once

#include <hawser/core/deferred.h>

#include <cassert>
#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

namespace hawser::detail {

/// The part of a co_await that does not depend on the value's type. It lives in the coroutine's
/// frame, so waiting allocates nothing.
///
/// The coroutine is resumed by the loop that runs a chain, never by another coroutine: so a long
/// chain of them takes no stack, and needs no tail calls of the compiler.
class HAWSER_API Awaiting : public Continuation {
public:
    [[nodiscard]] bool await_ready() const noexcept {
        assert(awaited_); // a default-constructed Deferred will never bring a result
        return awaited_->settled() && coroutine_.wanted();
    }
    bool await_suspend(std::coroutine_handle<> frame); // true: suspended, or destroyed

    AnyState run(AnyState source) final;
    void dispose() noexcept final { frame_.destroy(); }

protected:
    Awaiting(AnyState awaited, DeferredState& coroutine) noexcept
        : awaited_(std::move(awaited)), coroutine_(coroutine) {}
    ~Awaiting() = default;

    AnyState awaited_; // null while suspended: the coroutine's state holds it as its upstream

private:
    DeferredState& coroutine_;
    std::coroutine_handle<> frame_;
};

template <class T>
class Await final : public Awaiting {
public:
    Await(StateRef<TypedState<T>> awaited, DeferredState& coroutine) noexcept
        : Awaiting(std::move(awaited), coroutine) {}

    T await_resume() {
        const StateRef<TypedState<T>> result(std::move(awaited_));
        auto value = result->take();
        if (!value) {
            std::rethrow_exception(result->take_error());
        }
        if constexpr (!std::is_void_v<T>) {
            return std::move(*value);
        }
    }
};

/// The promise_type. Its state is a block of its own: the frame goes when the body ends or is
/// dropped, the state when its result was taken.
template <class T>
class CoroutineBase : public Recycled {
public:
    CoroutineBase() { state_->set_coroutine(); }

    Deferred<T> get_return_object(Origin made = Origin::here()) noexcept {
        state_->made = made;
        return Deferred<T>(state_);
    }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; } // who resumed it goes on
    void unhandled_exception() noexcept { state_->store_error(std::current_exception()); }

    template <class U>
    Await<U> await_transform(Deferred<U>&& deferred) noexcept {
        return Await<U>(std::move(deferred.state_), *state_);
    }
    template <class U>
    void await_transform(Deferred<U>&) = delete; // it has one consumer: std::move() it

protected:
    const StateRef<TypedState<T>> state_ = make_state<T>();
};

template <class T>
class Coroutine : public CoroutineBase<T> {
public:
    template <class Value = T>
        requires(std::is_convertible_v<Value, T>)
    void return_value(Value&& value) { this->state_->store(std::forward<Value>(value)); }
};

template <>
class Coroutine<void> : public CoroutineBase<void> {
public:
    void return_void() noexcept { state_->store(std::monostate()); }
};

/// Whether the coroutine is the call operator of an object that carries something: most often a
/// lambda with captures, dead when the body goes on after a co_await.
template <class Result, class Object, class... Parameters>
constexpr bool is_body_of_function_object() {
    if constexpr (requires { sizeof(Object); }) { // else it is only declared
        return !std::is_empty_v<Object> && std::is_invocable_r_v<Result, Object&, Parameters...>;
    }
    return false;
}

/// The promise_type where the first parameter is an object: perhaps the one whose member the
/// coroutine is.
template <class T, class Object, class... Parameters>
class MemberCoroutine final : public Coroutine<T> {
public:
    MemberCoroutine() {
        // In here, because a lambda's class is complete only behind its body.
        static_assert(
            !is_body_of_function_object<Deferred<T>, Object, Parameters...>(),
            "a lambda with captures cannot be a coroutine, because the captures die with the "
            "lambda: write a named function that takes what it needs by value");
    }
};

} // namespace hawser::detail

template <class T, class... Parameters>
struct std::coroutine_traits<hawser::Deferred<T>, Parameters...> {
    using promise_type = hawser::detail::Coroutine<T>;
};

template <class T, class Object, class... Parameters>
    requires(std::is_class_v<Object>)
struct std::coroutine_traits<hawser::Deferred<T>, Object&, Parameters...> {
    using promise_type = hawser::detail::MemberCoroutine<T, Object, Parameters...>;
};
