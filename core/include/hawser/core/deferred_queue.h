// SPDX-License-Identifier: MIT
/// \file
/// DeferredQueue, values on their way from those who make them to those who wait for them.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/error.h>

#include <cassert>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace hawser {

/// First in, first out, and first come, first served. Who waits and is canceled or dropped leaves
/// the queue, and takes the value along that it wanted to put. Destroyed, it fails those who wait
/// with Errc::abandoned.
template <class T>
class DeferredQueue {
public:
    /// Holds at most \p limit values that nobody waits for; precondition: at least one.
    explicit DeferredQueue(std::size_t limit) noexcept : limit_(limit) { assert(limit > 0); }
    DeferredQueue(const DeferredQueue&) = delete;
    DeferredQueue& operator=(const DeferredQueue&) = delete;
    ~DeferredQueue();

    /// Hands \p value to who waits longest, or keeps it. Throws std::errc::no_buffer_space when it
    /// is full. The last thing a function does: who waits goes on from here.
    void put(T value);
    /// The same, but waits for room when it is full.
    Deferred<> put_when_room(T value);

    /// The value put longest ago; waits for one when it is empty. Makes room: who waits for that
    /// goes on from here.
    Deferred<T> get();
    /// That value, if there is one.
    std::optional<T> try_get();

    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
    [[nodiscard]] bool full() const noexcept { return values_.size() >= limit_; }

private:
    bool hand_over(T& value); // to who waits; false: nobody does

    std::size_t limit_;
    std::deque<T> values_;
    detail::WaitingList<T> getting_;       // then no values are left
    detail::WaitingList<void, T> putting_; // then it is full
};

template <class T>
DeferredQueue<T>::~DeferredQueue() {
    auto putting = std::move(putting_);
    getting_.abandon("waiting for a value");
    putting.abandon("waiting for room in a queue");
}

template <class T>
void DeferredQueue<T>::put(T value) {
    if (!hand_over(value)) {
        if (full()) {
            throw Error(std::make_error_code(std::errc::no_buffer_space), "the queue is full");
        }
        values_.push_back(std::move(value));
    }
}

template <class T>
Deferred<> DeferredQueue<T>::put_when_room(T value) {
    if (getting_.empty() && full()) {
        return putting_.add(std::move(value));
    }
    put(std::move(value));
    return Deferred<>::succeed();
}

template <class T>
Deferred<T> DeferredQueue<T>::get() {
    std::optional<T> value = try_get();
    return value ? Deferred<T>::succeed(std::move(*value)) : getting_.add();
}

template <class T>
std::optional<T> DeferredQueue<T>::try_get() {
    if (values_.empty()) {
        return std::nullopt;
    }
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    if (!putting_.empty()) {
        auto& next = putting_.pop();
        values_.push_back(std::move(next.with));
        next.promise.resolve();
    }
    return value;
}

template <class T>
bool DeferredQueue<T>::hand_over(T& value) {
    if (getting_.empty()) {
        return false;
    }
    getting_.pop().promise.resolve(std::move(value));
    return true;
}

} // namespace hawser
