// SPDX-License-Identifier: MIT
/// \file
/// when_any(), a race of several results.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/gathering.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace hawser {

/// Who was first, by place in the order given, and with what.
template <class T>
struct Winner {
    std::size_t index;
    [[no_unique_address]] detail::Stored<T> value;
};

/// The first value; the others are dropped. Failures are passed over until no other is left: it
/// then fails with that of the first in the order given. A race of none fails at once, with
/// std::errc::invalid_argument. Canceling or dropping it drops them all.
template <class T>
Deferred<Winner<T>> when_any(std::vector<Deferred<T>> deferreds);
template <class T, class... Rest>
    requires(std::is_same_v<Rest, Deferred<T>>&&...)
Deferred<Winner<T>> when_any(Deferred<T> first, Rest... rest);

namespace detail {

template <class T>
class Race final : public Gathering<Winner<T>> {
public:
    explicit Race(std::size_t count) : left_(count) {}

    void watch(std::size_t index, Deferred<T> child) {
        this->add(std::move(child).then(
            [this, index]<class... Value>(Value&&... value) {
                if (!this->decided()) {
                    this->resolve(Winner<T>{index, {std::forward<Value>(value)...}});
                }
            },
            [this, index](std::exception_ptr error) {
                if (index == 0) {
                    error_ = std::move(error);
                }
                if (--left_ == 0) {
                    this->fail(std::move(error_));
                }
            }));
    }

private:
    std::size_t left_;
    std::exception_ptr error_; // of the first in order
};

} // namespace detail

template <class T>
Deferred<Winner<T>> when_any(std::vector<Deferred<T>> deferreds) {
    if (deferreds.empty()) {
        return Deferred<Winner<T>>::fail(std::make_error_code(std::errc::invalid_argument),
                                         "a race of none");
    }
    auto race = std::make_unique<detail::Race<T>>(deferreds.size());
    for (std::size_t i = 0; i < deferreds.size(); ++i) {
        race->watch(i, std::move(deferreds[i]));
    }
    return detail::Gathering<Winner<T>>::start(std::move(race));
}

template <class T, class... Rest>
    requires(std::is_same_v<Rest, Deferred<T>>&&...)
Deferred<Winner<T>> when_any(Deferred<T> first, Rest... rest) {
    std::vector<Deferred<T>> deferreds;
    deferreds.reserve(1 + sizeof...(rest));
    deferreds.push_back(std::move(first));
    (deferreds.push_back(std::move(rest)), ...);
    return when_any(std::move(deferreds));
}

} // namespace hawser
