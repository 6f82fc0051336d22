// SPDX-License-Identifier: MIT
/// \file
/// with_timeout(), a deadline for a result.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>

#include <chrono>
#include <memory>
#include <utility>

namespace hawser {

/// The result of \p deferred, if it comes within \p delay. Else \p deferred is canceled: what it
/// brings at once instead of Errc::canceled passes, and otherwise this fails with Errc::timed_out
/// and \p deferred is dropped. Canceling this cancels \p deferred, and is no time-out;
/// dropping this drops it.
template <class T>
Deferred<T> with_timeout(Clock& clock, std::chrono::nanoseconds delay, Deferred<T> deferred);

/// The same, but \p on_timeout is asked for a result in place of Errc::timed_out: it returns a T,
/// or throws.
template <class T, class F>
Deferred<T> with_timeout(Clock& clock, std::chrono::nanoseconds delay, Deferred<T> deferred,
                         F on_timeout);

namespace detail {

[[noreturn]] HAWSER_API void throw_timed_out(std::chrono::nanoseconds delay);

/// Owned by the canceller of its own Promise, as Gathering is; shared with expire() while that
/// runs.
template <class T, class F>
class Deadline : public std::enable_shared_from_this<Deadline<T, F>> {
public:
    explicit Deadline(F on_timeout) : on_timeout_(std::move(on_timeout)) {}

    Deferred<T> start(Clock& clock, std::chrono::nanoseconds delay, Deferred<T> deferred) {
        Deferred<T> result = promise_.deferred();
        timer_ = clock.call_later(delay, [this] { expire(); });
        promise_.on_cancel([self = this->shared_from_this()] {
            if (self->promise_.wanted()) {
                self->child_.cancel();
            } else { // dropped: so is what waits for the child, without being called
                self->child_ = Deferred<>();
            }
        });
        child_ = std::move(deferred).outcome().then(
            [this](Outcome<T> outcome) { end(std::move(outcome)); });
        return result;
    }

private:
    void expire() {
        const auto self = this->shared_from_this();
        expired_ = true;
        child_.cancel();
        if (promise_.wanted()) { // it has not ended, and nobody has dropped us meanwhile
            time_out();
        }
    }

    void end(Outcome<T> outcome) {
        if (expired_ && !outcome && code_of(outcome.error()) == Errc::canceled) {
            time_out();
        } else {
            promise_.settle(std::move(outcome));
        }
    }

    void time_out() { promise_.settle(Outcome<T>::of(on_timeout_)); }

    F on_timeout_;
    Promise<T> promise_;
    Timer timer_;
    Deferred<> child_;
    bool expired_ = false;
};

} // namespace detail

template <class T, class F>
Deferred<T> with_timeout(Clock& clock, std::chrono::nanoseconds delay, Deferred<T> deferred,
                         F on_timeout) {
    if (deferred.settled()) {
        return deferred;
    }
    return std::make_shared<detail::Deadline<T, F>>(std::move(on_timeout))
        ->start(clock, delay, std::move(deferred));
}

template <class T>
Deferred<T> with_timeout(Clock& clock, std::chrono::nanoseconds delay, Deferred<T> deferred) {
    return with_timeout(clock, delay, std::move(deferred),
                        [delay]() -> T { detail::throw_timed_out(delay); });
}

} // namespace hawser
