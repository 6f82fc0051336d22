// SPDX-License-Identifier: MIT
/// \file
/// Outcome, how something ended.
#pragma once

#include <cassert>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace hawser {

namespace detail {
template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>; // void, as a value
} // namespace detail

/// A value, or a failure.
template <class T = void>
class [[nodiscard]] Outcome {
public:
    using value_type = T;

    template <class... Value>
    explicit Outcome(std::in_place_t, Value&&... value)
        : value_(std::in_place, std::forward<Value>(value)...) {}
    explicit Outcome(std::exception_ptr error) noexcept : error_(std::move(error)) {
        assert(error_);
    }

    /// Of calling \p function: what it returns, or throws.
    template <class F>
    static Outcome of(F&& function) {
        try {
            if constexpr (std::is_void_v<T>) {
                std::forward<F>(function)();
                return Outcome(std::in_place);
            } else {
                return Outcome(std::in_place, std::forward<F>(function)());
            }
        } catch (...) {
            return Outcome(std::current_exception());
        }
    }

    [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
    explicit operator bool() const noexcept { return ok(); }

    /// The value; throws the failure.
    [[nodiscard]] std::add_lvalue_reference_t<const T> value() const& {
        throw_failure();
        if constexpr (!std::is_void_v<T>) {
            return *value_;
        }
    }
    T value() && {
        throw_failure();
        if constexpr (!std::is_void_v<T>) {
            return std::move(*value_);
        }
    }

    /// The failure; null when it is a value.
    [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

private:
    void throw_failure() const {
        if (!ok()) {
            std::rethrow_exception(error_);
        }
    }

    std::optional<detail::Stored<T>> value_;
    std::exception_ptr error_; // null: a value
};

} // namespace hawser
