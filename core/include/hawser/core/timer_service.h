// SPDX-License-Identifier: MIT
/// \file
/// TimerService, a function called again and again, that is started and stopped.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/looping_call.h>
#include <hawser/core/service.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

namespace hawser {

/// Runs a LoopingCall, the first call as soon as the loop turns. A body that throws or fails is
/// logged, and called again at its next time.
class HAWSER_API TimerService final : public Service {
public:
    /// \p body takes nothing, or the number of ticks, and may return a Deferred<>, as that of a
    /// LoopingCall.
    template <class Body>
    TimerService(Clock& clock, std::chrono::nanoseconds interval, Body body);
    ~TimerService() override;

    /// Throws as LoopingCall::start(). While it stops, a body that is waited for is canceled.
    void start() override;
    /// Resolves when a body that is waited for has ended.
    [[nodiscard]] Deferred<> stop() override;

private:
    static void report(const std::exception_ptr& failure);
    template <class Body>
    static auto reporting(Body body);

    std::chrono::nanoseconds interval_;
    LoopingCall calls_;
    bool started_ = false; // once
};

template <class Body>
TimerService::TimerService(Clock& clock, std::chrono::nanoseconds interval, Body body)
    : interval_(interval), calls_(clock, reporting(std::move(body))) {}

template <class Body>
auto TimerService::reporting(Body body) {
    return [body = std::move(body)]([[maybe_unused]] std::uint64_t ticks) mutable -> Deferred<> {
        return from_call([&]() -> decltype(auto) {
                   if constexpr (std::is_invocable_v<Body&, std::uint64_t>) {
                       return body(ticks);
                   } else {
                       return body();
                   }
               })
            .recover([](const std::exception_ptr& failure) { report(failure); });
    };
}

} // namespace hawser
