// SPDX-License-Identifier: MIT
/// \file
/// Timer, the handle to a call scheduled on a Clock.
#pragma once

#include <hawser/core/export.h>

#include <chrono>
#include <memory>

namespace hawser {

/// A call scheduled for later. Dropping the handle cancels the call, so keep it as a member of
/// the object the call touches: the two then go away together. It may be dropped from anywhere,
/// its own call included.
///
/// When the Clock goes first, the call is canceled and the handle does nothing any more.
class HAWSER_API Timer {
public:
    /// What a Clock implements; its destructor cancels.
    class HAWSER_API Call {
    public:
        virtual ~Call();
        virtual void reset(std::chrono::nanoseconds delay) = 0;
        virtual void cancel() noexcept = 0;
        [[nodiscard]] virtual bool active() const noexcept = 0;
    };

    Timer() noexcept; ///< Nothing scheduled.
    explicit Timer(std::unique_ptr<Call> call) noexcept;
    Timer(Timer&& other) noexcept;
    Timer& operator=(Timer&& other) noexcept; ///< Cancels the call held so far.
    ~Timer();                                 ///< Cancels the call.

    /// Moves the call to \p delay from now, rounded up to whole milliseconds; does nothing once
    /// the call has run or was canceled. Pushing a call back is cheap: do it on every read.
    void reset(std::chrono::nanoseconds delay);

    /// The call will not run; what it captured is destroyed.
    void cancel() noexcept;

    /// True until the call runs or is canceled.
    [[nodiscard]] bool active() const noexcept;

private:
    std::unique_ptr<Call> call_; // null: nothing scheduled
};

} // namespace hawser
