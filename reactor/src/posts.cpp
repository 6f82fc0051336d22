// SPDX-License-Identifier: MIT
#include "posts.h"

#include "loop.h"

#include <iterator>
#include <utility>

namespace hawser::detail {

Posts::Posts(uv_loop_t* loop)
    : wake_(make_handle<uv_async_t>(
          this, "cannot make the wake-up", loop, uv_async_init,
          [](uv_async_t* handle) { static_cast<Posts*>(handle->data)->run(); })) {}

void Posts::add(UniqueFunction<void()> call) {
    const std::lock_guard lock(mutex_);
    if (!wake_) {
        return;
    }
    coming_.push_back(std::move(call));
    if (coming_.size() == 1) {
        uv_async_send(wake_.get()); // cannot fail for a handle that lives
    }
}

void Posts::close() noexcept {
    // Destroyed last, outside the lock: what they have captured may post.
    std::vector<UniqueFunction<void()>> dropped;
    const std::deque<UniqueFunction<void()>> dropped_due = std::exchange(due_, {});
    const std::lock_guard lock(mutex_);
    dropped.swap(coming_);
    wake_.reset();
}

void Posts::run() noexcept {
    std::vector<UniqueFunction<void()>> batch;
    {
        const std::lock_guard lock(mutex_);
        batch.swap(coming_);
    }
    std::move(batch.begin(), batch.end(), std::back_inserter(due_));
    for (std::size_t count = 0; count < most_in_a_turn && !due_.empty(); ++count) {
        UniqueFunction<void()> call = std::move(due_.front());
        due_.pop_front();
        guarded("a posted call", call);
    }
    if (!due_.empty()) {
        uv_async_send(wake_.get());
    }
}

} // namespace hawser::detail
