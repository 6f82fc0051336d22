// SPDX-License-Identifier: MIT
/// \file
/// when_all(), waiting for several results at once.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/gathering.h>
#include <hawser/core/outcome.h>

#include <tuple>
#include <vector>

namespace hawser {

/// The values of all, in the order given; at once when there are none. The first failure fails it,
/// and the others are dropped. Canceling or dropping it drops them all.
template <class T>
Deferred<std::vector<T>> when_all(std::vector<Deferred<T>> deferreds);
/// The same for those without a value.
inline Deferred<> when_all(std::vector<Deferred<>> deferreds);
/// The same for different types. Where there is no value, the tuple has a std::monostate.
template <class... T>
Deferred<std::tuple<detail::Stored<T>...>> when_all(Deferred<T>... deferreds);

/// How each of them ended, in the order given, when all have. It does not fail.
template <class T>
Deferred<std::vector<Outcome<T>>> when_all_settled(std::vector<Deferred<T>> deferreds);
template <class... T>
Deferred<std::tuple<Outcome<T>...>> when_all_settled(Deferred<T>... deferreds);

namespace detail {

/// The values so far, and how they become the result.
template <class T>
struct VectorOfAll {
    using Result = std::vector<T>;
    std::vector<std::optional<T>> values;
    Result result() {
        Result all;
        all.reserve(values.size());
        for (std::optional<T>& value : values) {
            all.push_back(std::move(*value));
        }
        return all;
    }
};

struct NothingOfAll {
    using Result = void;
    std::monostate result() { return {}; }
};

template <class... T>
struct TupleOfAll {
    using Result = std::tuple<Stored<T>...>;
    std::tuple<std::optional<Stored<T>>...> values;
    Result result() {
        return std::apply([](auto&... value) { return Result(std::move(*value)...); }, values);
    }
};

/// Waits for all of its children.
template <class Values>
class All final : public Gathering<typename Values::Result> {
public:
    explicit All(std::size_t count) : missing_(count) {}
    Values values;

    template <class T, class Keep>
    void watch(Deferred<T> child, Keep keep) {
        this->add(std::move(child).then(
            [this, keep]<class... Value>(Value&&... value) {
                keep(std::forward<Value>(value)...);
                if (--missing_ == 0) {
                    this->resolve(values.result());
                }
            },
            [this](std::exception_ptr error) { this->fail(std::move(error)); }));
    }

private:
    std::size_t missing_;
};

} // namespace detail

template <class T>
Deferred<std::vector<T>> when_all(std::vector<Deferred<T>> deferreds) {
    if (deferreds.empty()) {
        return Deferred<std::vector<T>>::succeed();
    }
    auto all = std::make_unique<detail::All<detail::VectorOfAll<T>>>(deferreds.size());
    all->values.values.resize(deferreds.size());
    for (std::size_t i = 0; i < deferreds.size(); ++i) {
        all->watch(std::move(deferreds[i]),
                   [&slot = all->values.values[i]](T value) { slot.emplace(std::move(value)); });
    }
    return detail::Gathering<std::vector<T>>::start(std::move(all));
}

inline Deferred<> when_all(std::vector<Deferred<>> deferreds) {
    if (deferreds.empty()) {
        return Deferred<>::succeed();
    }
    auto all = std::make_unique<detail::All<detail::NothingOfAll>>(deferreds.size());
    for (Deferred<>& deferred : deferreds) {
        all->watch(std::move(deferred), [] {});
    }
    return detail::Gathering<void>::start(std::move(all));
}

template <class... T>
Deferred<std::tuple<detail::Stored<T>...>> when_all(Deferred<T>... deferreds) {
    using Values = detail::TupleOfAll<T...>;
    if constexpr (sizeof...(T) == 0) {
        return Deferred<std::tuple<>>::succeed();
    } else {
        auto all = std::make_unique<detail::All<Values>>(sizeof...(T));
        std::apply(
            [&](auto&... slot) {
                (all->watch(std::move(deferreds),
                            [&slot]<class... Value>(Value&&... value) {
                                slot.emplace(std::forward<Value>(value)...);
                            }),
                 ...);
            },
            all->values.values);
        return detail::Gathering<typename Values::Result>::start(std::move(all));
    }
}

template <class T>
Deferred<std::vector<Outcome<T>>> when_all_settled(std::vector<Deferred<T>> deferreds) {
    std::vector<Deferred<Outcome<T>>> outcomes;
    outcomes.reserve(deferreds.size());
    for (Deferred<T>& deferred : deferreds) {
        outcomes.push_back(std::move(deferred).outcome());
    }
    return when_all(std::move(outcomes));
}

template <class... T>
Deferred<std::tuple<Outcome<T>...>> when_all_settled(Deferred<T>... deferreds) {
    return when_all(std::move(deferreds).outcome()...);
}

} // namespace hawser
