// SPDX-License-Identifier: MIT
/// \file
/// DeferredEvent, a flag that can be waited for.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/export.h>

namespace hawser {

/// Clear at first. Who waits and is canceled or dropped is not told any more. Destroyed, it fails
/// those who wait with Errc::abandoned.
class HAWSER_API DeferredEvent {
public:
    DeferredEvent() = default;
    DeferredEvent(const DeferredEvent&) = delete;
    DeferredEvent& operator=(const DeferredEvent&) = delete;
    ~DeferredEvent();

    /// Tells all who wait now, in the order they came: therefore the last thing a function does.
    /// One that waits again from there waits for the next set(), if it is clear by then.
    void set();
    void clear() noexcept { set_ = false; }

    /// Resolves once it is set; at once when it is.
    Deferred<> wait();

    [[nodiscard]] bool is_set() const noexcept { return set_; }

private:
    bool set_ = false;
    detail::WaitingList<void> waiting_;
};

} // namespace hawser
