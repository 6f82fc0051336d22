// SPDX-License-Identifier: MIT
/// \file
/// defer_to_thread(), for calls that would block the loop.
#pragma once

#include <hawser/reactor/detail/thread_work.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/thread_pool.h>

#include <memory>
#include <utility>

namespace hawser {

/// Runs \p call on a thread of \p pool, and brings what it returns or throws to the thread of
/// \p reactor, on which this must be called. What \p call has captured is destroyed on the thread
/// it ran on.
///
/// Canceling or dropping the Deferred takes a call back that has not begun: it never runs. One
/// that has begun goes on, and its result is dropped; so a call must not touch what may be gone.
/// Fails with what ThreadPool::call_in_thread() throws, and with Errc::canceled when pool or
/// reactor end before there is a result.
template <class F>
[[nodiscard]] auto defer_to_thread(Reactor& reactor, ThreadPool& pool, F call) {
    const auto work = std::make_shared<detail::ThreadCall<F>>(std::move(call));
    auto result = work->deferred();
    detail::ThreadWork::start(work, reactor, pool);
    return result;
}

template <class F>
auto Reactor::defer_to_thread(F call) {
    return hawser::defer_to_thread(*this, thread_pool(), std::move(call));
}

} // namespace hawser
