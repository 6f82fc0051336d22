// SPDX-License-Identifier: MIT
/// \file
/// The bodies of deferred.h. For it alone.
#pragma once

#include <hawser/core/deferred.h>

#include <cassert>
#include <type_traits>

namespace hawser {
namespace detail {

template <class R>
struct Unwrap {
    using type = R;
    static constexpr bool deferred = false;
};
template <class T>
struct Unwrap<Deferred<T>> {
    using type = T;
    static constexpr bool deferred = true;
};

template <class T, class F>
decltype(auto) call_with(F& function, Stored<T>&& value) {
    if constexpr (std::is_void_v<T>) {
        (void)value;
        return function();
    } else {
        return function(std::move(value));
    }
}

/// Hands the result of one state to another of the same type, unchanged.
template <class T>
class Forward final : public Continuation {
public:
    explicit Forward(StateRef<TypedState<T>> next) : next_(std::move(next)) {}
    AnyState run(AnyState source) override {
        const std::unique_ptr<Forward> self(this);
        next_->upstream = AnyState();
        pass_on(static_cast<TypedState<T>&>(*source), *next_);
        return std::move(next_);
    }
    void dispose() noexcept override { delete this; }
    static void pass_on(TypedState<T>& source, TypedState<T>& next) {
        if (auto value = source.take()) {
            next.store(std::move(*value));
        } else {
            next.store_error(source.take_error());
        }
    }
    DeferredState* forwards_to() const noexcept override { return next_.get(); }

private:
    StateRef<TypedState<T>> next_;
};

/// Runs a step: Run is called with the value or the failure, and with the state to settle.
template <class T, class U, class Run>
class Then final : public Continuation {
public:
    Then(Run run, StateRef<TypedState<U>> next) : run_(std::move(run)), next_(std::move(next)) {}

    AnyState run(AnyState source) override {
        const std::unique_ptr<Then> self(this);
        auto value = static_cast<TypedState<T>&>(*source).take();
        std::exception_ptr error = source->take_error();
        next_->upstream = AnyState();
        source = AnyState();
        try {
            run_(*this, std::move(value), std::move(error));
        } catch (...) {
            next_->store_error(std::current_exception());
        }
        return std::move(next_);
    }
    void dispose() noexcept override { delete this; }

    void pass_error(std::exception_ptr error) { next_->store_error(std::move(error)); }
    void pass(Stored<U>&& value) { next_->store(std::move(value)); }

    /// Calls \p function; what it returns, or what its Deferred brings, is the next result.
    template <class F, class... Args>
    void settle_with(F& function, Args&&... args) {
        using R = std::invoke_result_t<F&, Args...>;
        if constexpr (Unwrap<R>::deferred) {
            wait_for(function(std::forward<Args>(args)...));
        } else if constexpr (std::is_void_v<R>) {
            function(std::forward<Args>(args)...);
            next_->store(std::monostate());
        } else {
            next_->store(function(std::forward<Args>(args)...));
        }
    }

    void wait_for(Deferred<U> inner) {
        StateRef<TypedState<U>> state = std::move(inner.state_);
        assert(state); // a default-constructed Deferred will never bring a result
        if (DeferredState::depends_on(*state, *next_)) {
            throw Error(std::make_error_code(std::errc::resource_deadlock_would_occur),
                        "a step of a Deferred waits for that same Deferred");
        }
        if (!next_->wanted()) { // dropped by its own step
            detail::drop(std::move(state));
            return;
        }
        if (state->settled()) { // taken here: the loop that runs this step goes on with it
            Forward<U>::pass_on(*state, *next_);
            return;
        }
        if (DeferredState::hand_over(*next_, state)) {
            return;
        }
        next_->upstream = state;
        DeferredState::attach(std::move(state),
                              Waiting(std::make_unique<Forward<U>>(next_).release()));
    }

    StateRef<TypedState<U>> next() const { return next_; }

private:
    Run run_;
    StateRef<TypedState<U>> next_;
};

template <class T>
Deferred<T> told_elsewhere(Deferred<T> deferred) noexcept {
    deferred.state_->told_elsewhere = true;
    return deferred;
}

} // namespace detail

template <class T>
Deferred<T>& Deferred<T>::operator=(Deferred&& other) noexcept {
    if (this != &other) {
        detail::drop(std::exchange(state_, std::move(other.state_)));
    }
    return *this;
}

template <class T>
template <class... Value>
Deferred<T> Deferred<T>::succeed(Value&&... value) {
    auto state = detail::make_state<T>();
    state->store(std::forward<Value>(value)...);
    return Deferred(std::move(state));
}

template <class T>
Deferred<T> Deferred<T>::fail(std::exception_ptr error, Origin made) {
    auto state = detail::make_state<T>(made);
    state->store_error(std::move(error));
    return Deferred(std::move(state));
}

template <class T>
Deferred<T> Deferred<T>::fail(std::error_code error, std::string_view subject, Origin made) {
    return fail(std::make_exception_ptr(Error(error, subject)), made);
}

template <class T>
template <class U, class Run>
Deferred<U> Deferred<T>::chain(Run run, Origin made) && {
    assert(state_);
    auto next = detail::make_state<U>(made);
    next->upstream = state_;
    auto step = std::make_unique<detail::Then<T, U, Run>>(std::move(run), next);
    detail::DeferredState::attach(std::move(state_), detail::Waiting(step.release()));
    return Deferred<U>(std::move(next));
}

template <class T>
template <class F>
auto Deferred<T>::then(F on_value, Origin made) && {
    using R = decltype(detail::call_with<T>(on_value, std::declval<detail::Stored<T>>()));
    using U = typename detail::Unwrap<std::remove_cvref_t<R>>::type;
    return std::move(*this).template chain<U>(
        [on_value = std::move(on_value)](auto& step, auto value, auto error) mutable {
            if (!value) {
                step.pass_error(std::move(error));
            } else if constexpr (std::is_void_v<T>) {
                step.settle_with(on_value);
            } else {
                step.settle_with(on_value, std::move(*value));
            }
        },
        made);
}

template <class T>
template <class F, class G>
auto Deferred<T>::then(F on_value, G on_error, Origin made) && {
    using R = decltype(detail::call_with<T>(on_value, std::declval<detail::Stored<T>>()));
    using U = typename detail::Unwrap<std::remove_cvref_t<R>>::type;
    return std::move(*this).template chain<U>(
        [on_value = std::move(on_value), on_error = std::move(on_error)](auto& step, auto value,
                                                                         auto error) mutable {
            if (!value) {
                step.settle_with(on_error, std::move(error));
            } else if constexpr (std::is_void_v<T>) {
                step.settle_with(on_value);
            } else {
                step.settle_with(on_value, std::move(*value));
            }
        },
        made);
}

template <class T>
template <class F>
Deferred<T> Deferred<T>::recover(F on_error, Origin made) && {
    return std::move(*this).template chain<T>(
        [on_error = std::move(on_error)](auto& step, auto value, auto error) mutable {
            if (value) {
                step.pass(std::move(*value));
            } else {
                step.settle_with(on_error, std::move(error));
            }
        },
        made);
}

template <class T>
template <class F>
Deferred<T> Deferred<T>::finally(F on_end, Origin made) && {
    return std::move(*this).template chain<T>(
        [on_end = std::move(on_end)](auto& step, auto value, auto error) mutable {
            if constexpr (detail::Unwrap<decltype(on_end())>::deferred) {
                step.wait_for(
                    on_end().then([value = std::move(value), error = std::move(error)]() mutable {
                        return value ? Deferred::succeed(std::move(*value))
                                     : Deferred::fail(std::move(error));
                    }));
            } else {
                on_end();
                value ? step.pass(std::move(*value)) : step.pass_error(std::move(error));
            }
        },
        made);
}

template <class T>
Deferred<Outcome<T>> Deferred<T>::outcome() && {
    return std::move(*this).template chain<Outcome<T>>(
        [](auto& step, auto value, auto error) {
            step.pass(value ? Outcome<T>(std::in_place, std::move(*value))
                            : Outcome<T>(std::move(error)));
        },
        state_->made);
}

template <class F>
auto from_call(F&& function) {
    using R = std::invoke_result_t<F>;
    using Result = Deferred<typename detail::Unwrap<std::remove_cvref_t<R>>::type>;
    try {
        if constexpr (std::is_void_v<R>) {
            std::forward<F>(function)();
            return Result::succeed();
        } else if constexpr (detail::Unwrap<R>::deferred) {
            return Result(std::forward<F>(function)());
        } else {
            return Result::succeed(std::forward<F>(function)());
        }
    } catch (...) {
        return Result::fail(std::current_exception());
    }
}

template <class T>
void Deferred<T>::cancel() {
    if (state_) {
        detail::DeferredState::cancel(state_);
    }
}

template <class T>
void Deferred<T>::detach(UniqueFunction<void(std::exception_ptr)> on_error, Origin made) && {
    auto last = std::move(*this).template chain<void>(
        [on_error = std::move(on_error)](auto& step, auto value, auto error) mutable {
            if (!value) {
                on_error(std::move(error));
            }
            step.pass(std::monostate());
        },
        made);
    last.state_ = {}; // not dropped: the chain holds itself until its result comes
}

template <class T>
Promise<T>& Promise<T>::operator=(Promise&& other) noexcept {
    if (this != &other) {
        detail::abandon(std::exchange(state_, std::move(other.state_)));
    }
    return *this;
}

template <class T>
Deferred<T> Promise<T>::deferred() {
    assert(state_ && state_->references == 1);
    return Deferred<T>(state_);
}

template <class T>
template <class... Value>
void Promise<T>::resolve(Value&&... value) {
    assert(state_);
    if (state_->begin_result() && state_->store(std::forward<Value>(value)...)) {
        detail::DeferredState::run(state_);
    }
}

template <class T>
void Promise<T>::fail(std::exception_ptr error) {
    assert(state_);
    if (state_->begin_result() && state_->store_error(std::move(error))) {
        detail::DeferredState::run(state_);
    }
}

template <class T>
void Promise<T>::fail(std::error_code error, std::string_view subject) {
    fail(std::make_exception_ptr(Error(error, subject)));
}

template <class T>
void Promise<T>::settle(Outcome<T> outcome) {
    if (!outcome) {
        fail(outcome.error());
    } else if constexpr (std::is_void_v<T>) {
        resolve();
    } else {
        resolve(std::move(outcome).value());
    }
}

template <class T>
void Promise<T>::on_cancel(UniqueFunction<void()> stop) {
    assert(state_);
    if (state_->wanted()) {
        state_->on_cancel = std::move(stop);
    }
}

} // namespace hawser
