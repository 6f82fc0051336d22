// SPDX-License-Identifier: MIT
#include "posts.h"

#include "loop.h"

#include <algorithm>
#include <utility>

namespace hawser::detail {

Posts::Posts(uv_loop_t* loop)
    : wake_(make_handle<uv_async_t>(
          this, "cannot make the wake-up", loop, uv_async_init,
          [](uv_async_t* handle) { static_cast<Posts*>(handle->data)->run(); })) {}

bool Posts::add(UniqueFunction<void()> call) {
    const std::lock_guard lock(mutex_);
    if (!wake_) {
        return false;
    }
    coming_.push_back(std::move(call));
    if (coming_.size() == 1) {
        uv_async_send(wake_.get()); // cannot fail for a handle that lives
    }
    return true;
}

bool Posts::pending() {
    const std::lock_guard lock(mutex_);
    return next_ < due_.size() || !coming_.empty();
}

void Posts::close() noexcept {
    // Destroyed last, outside the lock: what they have captured may post.
    Calls dropped;
    const Calls dropped_due = std::exchange(due_, Calls());
    next_ = 0;
    const std::lock_guard lock(mutex_);
    dropped.swap(coming_);
    wake_.reset();
}

void Posts::run() noexcept {
    const bool behind = next_ < due_.size(); // an earlier batch was longer than a turn
    if (!behind) {
        const std::lock_guard lock(mutex_);
        due_.swap(coming_);
    }
    const std::size_t end = std::min(due_.size(), next_ + most_in_a_turn);
    while (next_ < end) {
        UniqueFunction<void()> call = std::move(due_[next_++]);
        guarded("a posted call", call);
    }
    if (next_ == due_.size()) {
        next_ = 0;
        due_.clear();
        if (due_.capacity() > most_kept) {
            due_ = Calls();
        }
    }
    // The wake for what came meanwhile may be the one that brought us here.
    if (behind || next_ < due_.size()) {
        uv_async_send(wake_.get());
    }
}

} // namespace hawser::detail
