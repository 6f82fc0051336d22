// SPDX-License-Identifier: MIT
/// \file
/// Posts, the calls that other threads have asked for.
#pragma once

#include "uv_handle.h"

#include <hawser/core/unique_function.h>

#include <uv.h>

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

namespace hawser::detail {

/// One queue, one uv_async_t, one wake for each batch.
class Posts {
public:
    explicit Posts(uv_loop_t* loop);

    void add(UniqueFunction<void()> call); ///< Thread-safe.
    void close() noexcept;                 ///< Drops what was asked for, and what will be.

private:
    // So that timers and sockets have their turn, however fast other threads post.
    static constexpr std::size_t most_in_a_turn = 4096;

    void run() noexcept;

    std::mutex mutex_;
    std::vector<UniqueFunction<void()>> coming_; // guarded by mutex_
    std::deque<UniqueFunction<void()>> due_;     // the loop's own
    UvOwned<uv_async_t> wake_;                   // null: closed
};

} // namespace hawser::detail
