// SPDX-License-Identifier: MIT
/// \file
/// Posts, the calls that other threads have asked for.
#pragma once

#include "uv_handle.h"

#include <hawser/core/unique_function.h>

#include <uv.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace hawser::detail {

/// One queue, one uv_async_t, one wake for each batch. Its owners are the loop and the work that
/// other threads do for it, which may outlive the loop.
class Posts {
public:
    explicit Posts(uv_loop_t* loop);

    /// False once closed: \p call was destroyed, on this thread. Thread-safe.
    bool add(UniqueFunction<void()> call);
    [[nodiscard]] bool pending(); ///< A call waits. Of the loop's thread.
    void close() noexcept;        ///< Drops what was asked for, and what will be.

    /// For as long as it lives, this thread is the loop's.
    class Here {
    public:
        explicit Here(Posts& posts) noexcept : posts_(posts) {
            posts_.thread_ = std::this_thread::get_id();
        }
        Here(const Here&) = delete;
        Here& operator=(const Here&) = delete;
        ~Here() { posts_.thread_ = std::thread::id(); }

    private:
        Posts& posts_;
    };
    /// True inside the loop's callbacks. Thread-safe.
    [[nodiscard]] bool here() const noexcept { return thread_ == std::this_thread::get_id(); }

private:
    // So that timers and sockets have their turn, however fast other threads post.
    static constexpr std::size_t most_in_a_turn = 4096;
    // Calls for which memory is kept between batches: 512 KiB in each of the two vectors.
    static constexpr std::size_t most_kept = 16 * 1024;

    using Calls = std::vector<UniqueFunction<void()>>;

    void run() noexcept;

    std::mutex mutex_;
    Calls coming_;                        // guarded by mutex_
    UvOwned<uv_async_t> wake_;            // guarded by mutex_; null: closed
    Calls due_;                           // the loop's own
    std::size_t next_ = 0;                // of due_: those before it have been called
    std::atomic<std::thread::id> thread_; // none: the loop does not turn
};

} // namespace hawser::detail
