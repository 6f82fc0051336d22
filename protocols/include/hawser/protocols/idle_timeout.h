// SPDX-License-Identifier: MIT
/// \file
/// IdleTimeout, how long a protocol waits for the next thing to happen.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/timer.h>
#include <hawser/core/unique_function.h>

#include <chrono>
#include <memory>
#include <optional>

namespace hawser {

/// Calls a function when nothing has happened for a while: Twisted's TimeoutMixin, as a member of
/// the protocol. timeout() does it from outside, for any protocol.
///
///     IdleTimeout idle_{clock, [this] { transport().lose_connection(Errc::timed_out); }};
class HAWSER_API IdleTimeout {
public:
    using Period = std::optional<std::chrono::milliseconds>; ///< Null: none.

    /// Without a period until set_timeout().
    IdleTimeout(Clock& clock, UniqueFunction<void()> timed_out);
    IdleTimeout(const IdleTimeout&) = delete;
    IdleTimeout& operator=(const IdleTimeout&) = delete;
    ~IdleTimeout();

    /// From now on the wait is \p period, and begins now. Returns the period so far.
    Period set_timeout(Period period);

    /// Something happened: the wait begins anew, which costs next to nothing. Does nothing once it
    /// is over: set_timeout() begins another.
    void reset_timeout();

    [[nodiscard]] Period timeout() const noexcept { return period_; }

private:
    Clock& clock_;
    std::shared_ptr<UniqueFunction<void()>> timed_out_; // ours and the call's: it may drop us
    Period period_;
    Timer timer_;
};

} // namespace hawser
