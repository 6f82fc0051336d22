// SPDX-License-Identifier: MIT
/// \file
/// retry(), trying again what may fail for a moment, and Backoff, how long to wait between.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/sleep.h>
#include <hawser/core/unique_function.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>

namespace hawser {

/// Waits that grow by a factor, up to a longest. With jitter many who failed together do not come
/// back together: a part of each wait, drawn anew, is left out.
struct HAWSER_API Backoff {
    std::chrono::nanoseconds first = std::chrono::milliseconds(100);
    std::chrono::nanoseconds longest = std::chrono::seconds(30);
    double factor = 2;
    double jitter = 0.5; ///< At most this part is left out: from 0 to 1.

    /// The wait behind failure number \p failures, from 1; \p random is in [0, 1).
    [[nodiscard]] std::chrono::nanoseconds after(std::size_t failures, double random) const;
};

struct RetryPolicy {
    std::size_t attempts = 5; ///< In all; at least one is made.
    Backoff backoff;
    /// Uniform numbers in [0, 1), for the jitter; empty: no jitter.
    UniqueFunction<double()> random;
    /// Whether to try again after this failure; empty: after any.
    UniqueFunction<bool(const std::exception_ptr&)> again;
};

/// Calls \p attempt, which returns a value or a Deferred, until it succeeds; fails with the failure
/// of the last one. Errc::canceled ends it at once. Canceling it cancels the attempt or the wait.
template <class F>
auto retry(Clock& clock, RetryPolicy policy, F attempt) -> decltype(from_call(std::declval<F&>())) {
    for (std::size_t made = 1;; ++made) {
        std::exception_ptr failure;
        try {
            auto result = from_call(attempt);
            co_return co_await std::move(result);
        } catch (...) {
            failure = std::current_exception();
        }
        if (made >= policy.attempts || code_of(failure) == Errc::canceled ||
            (policy.again && !policy.again(failure))) {
            std::rethrow_exception(failure);
        }
        const double random = policy.random ? policy.random() : 0;
        co_await sleep(clock, policy.backoff.after(made, random));
    }
}

} // namespace hawser
