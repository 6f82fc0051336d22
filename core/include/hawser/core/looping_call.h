// SPDX-License-Identifier: MIT
/// \file
/// LoopingCall, a function called again and again, at even times.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {

/// Calls its body every interval, on the grid that start() began: a late or slow call does not
/// move the later ones. Ticks that pass meanwhile are skipped, not made up for.
///
/// The body takes nothing, or the number of ticks that this call stands for: 1, and 1 more for
/// each one skipped. It may return a Deferred<>: there is then no next call before its result.
/// When it throws or fails, the loop ends.
///
/// Dropping a LoopingCall ends it, and cancels a body that is waited for. It may be dropped from
/// anywhere, its body included.
class HAWSER_API LoopingCall {
public:
    template <class Body>
    LoopingCall(Clock& clock, Body body);
    LoopingCall(LoopingCall&& other) noexcept;
    LoopingCall& operator=(LoopingCall&& other) noexcept;
    ~LoopingCall();

    enum class First : bool { now, after_interval };
    /// Begins a grid of \p interval, rounded up to whole milliseconds; zero: a call each turn of
    /// the loop. The first call comes from the loop as soon as it turns, or an interval later. A
    /// body of an earlier run that is still waited for is canceled: there is never more than one.
    /// Throws std::errc::invalid_argument for a negative interval, Errc::already_running.
    void start(std::chrono::nanoseconds interval, First first = First::now);

    /// Ends the loop. A body that is waited for goes on to its end. Throws Errc::not_running.
    void stop();

    /// Begins the grid anew: the next call is an interval from now, or when the body that is
    /// waited for has ended. Throws Errc::not_running.
    void reset();

    /// Resolves when stop() has ended the loop, its last body included; fails as the body did, and
    /// with Errc::abandoned when the LoopingCall is dropped first. May be asked late, of the last
    /// start(). A failure that nobody waits for as it comes is logged. Dropping it leaves the loop
    /// as it is. Throws Errc::not_running before the first start().
    [[nodiscard]] Deferred<> finished();

    /// From start() to stop(), or to the failure of the body.
    [[nodiscard]] bool running() const noexcept;

private:
    class Run;
    using Result = std::optional<Deferred<>>; // null: nothing to wait for
    using Call = UniqueFunction<Result(std::uint64_t ticks)>;

    LoopingCall(Call call, Clock& clock);
    Run& current() const; // throws Errc::not_running
    template <class F>
    static Call adapted(F body);

    Clock* clock_;
    std::shared_ptr<Call> body_; // ours, and that of the call under way: it may drop us
    std::shared_ptr<Run> run_;   // likewise; null before the first start()
};

template <class Body>
LoopingCall::LoopingCall(Clock& clock, Body body) : LoopingCall(adapted(std::move(body)), clock) {}

template <class F>
LoopingCall::Call LoopingCall::adapted(F body) {
    return [body = std::move(body)](std::uint64_t ticks) mutable -> Result {
        const auto call = [&]() -> decltype(auto) {
            if constexpr (std::is_invocable_v<F&, std::uint64_t>) {
                return body(ticks);
            } else {
                return body();
            }
        };
        if constexpr (std::is_void_v<decltype(call())>) {
            call();
            return std::nullopt;
        } else {
            return call();
        }
    };
}

} // namespace hawser
