// SPDX-License-Identifier: MIT
/// \file
/// blocking_call_from_thread(), for threads that need something from the loop.
#pragma once

#include <hawser/reactor/detail/thread_work.h>
#include <hawser/reactor/reactor.h>

#include <memory>
#include <utility>

namespace hawser {

/// Runs \p call on the thread of \p reactor, and waits: for what it returns, or when that is a
/// Deferred, for what it brings. Rethrows what \p call throws, or what its Deferred fails with.
/// Waits for run() too, when nobody has called it yet.
///
/// On the reactor's own thread it throws std::errc::resource_deadlock_would_occur. When the
/// reactor ends meanwhile it throws Errc::canceled, and \p call may not have run. Thread-safe.
template <class F>
auto blocking_call_from_thread(Reactor& reactor, F call) {
    const auto work = std::make_shared<detail::BlockingCall<F>>(reactor, std::move(call));
    detail::BlockingWork::wait_for_loop(work);
    return work->result();
}

} // namespace hawser
