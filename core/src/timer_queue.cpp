// SPDX-License-Identifier: MIT
#include <hawser/core/timer_queue.h>

#include <hawser/core/error.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <memory>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t fan_out = 4;
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

} // namespace

class TimerQueue::Entry final : public Timer::Call {
public:
    Entry(TimerQueue& queue, UniqueFunction<void()> call) noexcept
        : queue_(&queue), call_(std::move(call)) {}
    ~Entry() override { cancel(); }

    void reset(std::chrono::nanoseconds delay) override {
        if (!active()) {
            return;
        }
        due_ = queue_->due_after(delay);
        order_ = queue_->next_order_++;
        Slot& slot = queue_->heap_[index_];
        if (due_ < slot.due) {
            queue_->sift_up(index_, {due_, order_, this});
            queue_->tell_if_next(*this);
        }
    }

    void cancel() noexcept override {
        if (active()) {
            queue_->remove(index_);
            index_ = nowhere;
        }
        // Last, and from a place of its own: what it captured may own this entry's Timer.
        const UniqueFunction<void()> gone = std::move(call_);
    }

    [[nodiscard]] bool active() const noexcept override { return index_ != nowhere; }

    TimerQueue* queue_;
    std::size_t index_ = nowhere; // in the heap; nowhere: has run or was canceled
    std::int64_t due_ = 0;
    std::uint64_t order_ = 0;
    UniqueFunction<void()> call_;
};

TimerQueue::~TimerQueue() {
    ended_ = true; // what is canceled may schedule anew, for ever
    while (!heap_.empty()) {
        heap_.back().entry->cancel();
    }
}

Timer TimerQueue::add(std::chrono::nanoseconds delay, UniqueFunction<void()> call) {
    assert(call);
    auto entry = std::make_unique<Entry>(*this, std::move(call));
    entry->due_ = due_after(delay);
    if (ended_) {
        return Timer(std::move(entry));
    }
    entry->order_ = next_order_++;
    heap_.emplace_back();
    sift_up(heap_.size() - 1, {entry->due_, entry->order_, entry.get()});
    tell_if_next(*entry);
    return Timer(std::move(entry));
}

std::optional<std::chrono::milliseconds> TimerQueue::next() const noexcept {
    if (heap_.empty()) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(heap_.front().due);
}

UniqueFunction<void()> TimerQueue::take_due(std::chrono::milliseconds now) {
    return take_due_before(now, next_order_);
}

UniqueFunction<void()> TimerQueue::take_due_before(std::chrono::milliseconds now,
                                                   std::uint64_t mark) {
    settle_front();
    if (heap_.empty() || heap_.front().due > now.count() || heap_.front().order >= mark) {
        return nullptr;
    }
    Entry* entry = heap_.front().entry;
    remove(0);
    entry->index_ = nowhere;
    return std::move(entry->call_);
}

std::int64_t TimerQueue::due_after(std::chrono::nanoseconds delay) const {
    if (delay < std::chrono::nanoseconds::zero()) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot schedule a call " + std::to_string(delay.count()) + " ns from now");
    }
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.now().time_since_epoch());
    return now.count() + std::chrono::ceil<std::chrono::milliseconds>(delay).count();
}

void TimerQueue::place(std::size_t index, const Slot& slot) noexcept {
    heap_[index] = slot;
    slot.entry->index_ = index;
}

void TimerQueue::sift_up(std::size_t index, Slot slot) noexcept {
    while (index > 0) {
        const std::size_t parent = (index - 1) / fan_out;
        if (!slot.before(heap_[parent])) {
            break;
        }
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, slot);
}

void TimerQueue::sift_down(std::size_t index, Slot slot) noexcept {
    for (;;) {
        const std::size_t first = index * fan_out + 1;
        if (first >= heap_.size()) {
            break;
        }
        const std::size_t end = std::min(first + fan_out, heap_.size());
        std::size_t least = first;
        for (std::size_t child = first + 1; child < end; ++child) {
            if (heap_[child].before(heap_[least])) {
                least = child;
            }
        }
        if (!heap_[least].before(slot)) {
            break;
        }
        place(index, heap_[least]);
        index = least;
    }
    place(index, slot);
}

void TimerQueue::remove(std::size_t index) noexcept {
    const Slot last = heap_.back();
    heap_.pop_back();
    if (index == heap_.size()) {
        return;
    }
    if (index > 0 && last.before(heap_[(index - 1) / fan_out])) {
        sift_up(index, last);
    } else {
        sift_down(index, last);
    }
}

void TimerQueue::tell_if_next(const Entry& entry) {
    if (earlier_ && heap_.front().entry == &entry) {
        earlier_();
    }
}

void TimerQueue::settle_front() noexcept {
    while (!heap_.empty()) {
        const Slot& front = heap_.front();
        if (front.due == front.entry->due_ && front.order == front.entry->order_) {
            return;
        }
        sift_down(0, {front.entry->due_, front.entry->order_, front.entry});
    }
}

} // namespace hawser
