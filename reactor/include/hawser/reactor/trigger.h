// SPDX-License-Identifier: MIT
/// \file
/// Trigger, the handle to a call that an event makes.
#pragma once

#include <hawser/core/export.h>

#include <memory>

namespace hawser {

/// A call made each time its event happens, for as long as the handle is held. Dropping it, from
/// anywhere, its own call included, removes the call; so keep it as a member of the object that
/// the call touches.
///
/// When the Reactor goes first, the handle does nothing any more.
class HAWSER_API Trigger {
public:
    /// What a Reactor implements; its destructor removes the call.
    class HAWSER_API Call {
    public:
        virtual ~Call();
        [[nodiscard]] virtual bool active() const noexcept = 0;
    };

    Trigger() noexcept; ///< Of nothing.
    explicit Trigger(std::unique_ptr<Call> call) noexcept;
    Trigger(Trigger&& other) noexcept;
    Trigger& operator=(Trigger&& other) noexcept; ///< Removes the call held so far.
    ~Trigger();                                   ///< Removes the call.

    /// True until the Reactor is gone.
    [[nodiscard]] bool active() const noexcept;

private:
    std::unique_ptr<Call> call_; // null: of nothing
};

} // namespace hawser
