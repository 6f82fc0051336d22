// SPDX-License-Identifier: MIT
/// \file
/// UniqueFunction, a callable that is moved, never copied.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace hawser {

template <class Signature>
class UniqueFunction;

/// What std::function is, for callables that need not be copyable: a lambda may capture a
/// unique_ptr, a Promise or another UniqueFunction. Callables of up to three pointers that move
/// without throwing are stored in place; larger ones take one allocation.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
public:
    UniqueFunction() noexcept = default; ///< Empty: may be tested and assigned, not called.
    UniqueFunction(std::nullptr_t) noexcept {}

    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction> &&
                 std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
    UniqueFunction(F&& callable) { // NOLINT(google-explicit-constructor): a lambda is one
        using Stored = std::decay_t<F>;
        if constexpr (in_place<Stored>) {
            std::construct_at(reinterpret_cast<Stored*>(storage_), std::forward<F>(callable));
            kind_ = &InPlace<Stored>::kind;
        } else {
            std::construct_at(reinterpret_cast<std::unique_ptr<Stored>*>(storage_),
                              std::make_unique<Stored>(std::forward<F>(callable)));
            kind_ = &OnHeap<Stored>::kind;
        }
    }

    UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
    UniqueFunction& operator=(UniqueFunction&& other) noexcept;
    ~UniqueFunction() { clear(); }

    R operator()(Args... args) {
        assert(kind_ != nullptr);
        return kind_->call(storage_, std::forward<Args>(args)...);
    }

    [[nodiscard]] explicit operator bool() const noexcept { return kind_ != nullptr; }

private:
    static constexpr std::size_t capacity = 3 * sizeof(void*);

    struct Kind {
        R (*call)(void* storage, Args&&... args);
        void (*relocate)(void* from, void* to) noexcept; // moves, then destroys the source
        void (*destroy)(void* storage) noexcept;
    };

    template <class F>
    static constexpr bool
        in_place = sizeof(F) <= capacity &&
                   alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;

    template <class F>
    struct InPlace;
    template <class F>
    struct OnHeap;

    void take(UniqueFunction& other) noexcept;
    void clear() noexcept;

    alignas(void*) std::byte storage_[capacity]{};
    const Kind* kind_ = nullptr; // null: empty
};

template <class R, class... Args>
template <class F>
struct UniqueFunction<R(Args...)>::InPlace {
    static F& at(void* storage) noexcept { return *std::launder(static_cast<F*>(storage)); }
    static R call(void* storage, Args&&... args) {
        if constexpr (std::is_void_v<R>) {
            at(storage)(std::forward<Args>(args)...);
        } else {
            return at(storage)(std::forward<Args>(args)...);
        }
    }
    static void relocate(void* from, void* to) noexcept {
        std::construct_at(static_cast<F*>(to), std::move(at(from)));
        std::destroy_at(&at(from));
    }
    static void destroy(void* storage) noexcept { std::destroy_at(&at(storage)); }
    static constexpr Kind kind{call, relocate, destroy};
};

template <class R, class... Args>
template <class F>
struct UniqueFunction<R(Args...)>::OnHeap {
    using Owner = std::unique_ptr<F>;
    static Owner& at(void* storage) noexcept { return InPlace<Owner>::at(storage); }
    static R call(void* storage, Args&&... args) {
        if constexpr (std::is_void_v<R>) {
            (*at(storage))(std::forward<Args>(args)...);
        } else {
            return (*at(storage))(std::forward<Args>(args)...);
        }
    }
    static void relocate(void* from, void* to) noexcept {
        std::construct_at(static_cast<Owner*>(to), std::move(at(from)));
        std::destroy_at(&at(from));
    }
    static void destroy(void* storage) noexcept { std::destroy_at(&at(storage)); }
    static constexpr Kind kind{call, relocate, destroy};
};

template <class R, class... Args>
UniqueFunction<R(Args...)>& UniqueFunction<R(Args...)>::operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
        // The old one goes last: it may own \p other, or look at this function while it dies.
        const UniqueFunction old(std::move(*this));
        take(other);
    }
    return *this;
}

template <class R, class... Args>
void UniqueFunction<R(Args...)>::take(UniqueFunction& other) noexcept {
    if (other.kind_ != nullptr) {
        other.kind_->relocate(other.storage_, storage_);
        kind_ = std::exchange(other.kind_, nullptr);
    }
}

template <class R, class... Args>
void UniqueFunction<R(Args...)>::clear() noexcept {
    // Emptied first: what the callable owns may look at this function while it dies.
    if (const Kind* kind = std::exchange(kind_, nullptr)) {
        kind->destroy(storage_);
    }
}

} // namespace hawser
