// SPDX-License-Identifier: MIT
/// \file
/// TimerQueue, the calls a Clock has to make, in order. For writing clocks.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace hawser {

/// A heap with four children a node, in milliseconds of the clock it serves. To schedule costs
/// the logarithm of its size; to push a call back costs nothing but a store, because an entry
/// stays where it is until its old time comes.
class HAWSER_API TimerQueue {
public:
    explicit TimerQueue(const Clock& clock) noexcept : clock_(clock) {}
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;
    ~TimerQueue(); ///< Cancels what is left; its Timers do nothing any more.

    /// As Clock::call_later().
    Timer add(std::chrono::nanoseconds delay, UniqueFunction<void()> call);

    /// When the next call is due, unless none is. Never too late; perhaps early, when a call was
    /// pushed back.
    [[nodiscard]] std::optional<std::chrono::milliseconds> next() const noexcept;

    /// Takes the next call due at \p now out of the queue; empty when none is.
    UniqueFunction<void()> take_due(std::chrono::milliseconds now);

    /// A mark for take_due_before(): calls scheduled from here on are behind it.
    [[nodiscard]] std::uint64_t mark() const noexcept { return next_order_; }
    /// The same, for calls that were scheduled before \p mark: a zero delay call that schedules
    /// itself anew then does not run for ever in one turn.
    UniqueFunction<void()> take_due_before(std::chrono::milliseconds now, std::uint64_t mark);

    /// Has \p call made when next() has become earlier, or there is one again: for a loop that
    /// sleeps by what it was before. The call only takes note. Null: nobody is told.
    void when_earlier(UniqueFunction<void()> call) noexcept { earlier_ = std::move(call); }

    [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

private:
    class Entry;
    struct Slot {
        std::int64_t due; // milliseconds; may lag behind entry->due_
        std::uint64_t order;
        Entry* entry;
        [[nodiscard]] bool before(const Slot& other) const noexcept {
            return due != other.due ? due < other.due : order < other.order;
        }
    };

    [[nodiscard]] std::int64_t due_after(std::chrono::nanoseconds delay) const;
    void place(std::size_t index, const Slot& slot) noexcept;
    void sift_up(std::size_t index, Slot slot) noexcept;
    void sift_down(std::size_t index, Slot slot) noexcept;
    void remove(std::size_t index) noexcept;
    void tell_if_next(const Entry& entry);
    void settle_front() noexcept; // moves pushed back entries off the front

    const Clock& clock_;
    std::vector<Slot> heap_;
    std::uint64_t next_order_ = 0;
    UniqueFunction<void()> earlier_;
    bool ended_ = false; // inside the destructor: a call scheduled now never comes
};

} // namespace hawser
