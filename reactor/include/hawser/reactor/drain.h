// SPDX-License-Identifier: MIT
/// \file
/// drain(), to end all conversations in good order.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/reactor/reactor.h>

#include <chrono>
#include <cstddef>

namespace hawser {

/// What a drain has done. Its sums are what there was.
struct DrainReport {
    std::size_t closed = 0;    ///< connections that ended in good order
    std::size_t reset = 0;     ///< connections that were cut at the deadline
    std::size_t processes = 0; ///< processes that were ended
    std::size_t killed = 0;    ///< of these, with SIGKILL at the deadline
};

/// Ends what \p reactor has under way, and nothing new begins meanwhile: listeners close and
/// their factories are told; attempts to connect are canceled; every protocol is told
/// stop_requested(), sends its queue and closes; processes get SIGTERM; what is left at \p deadline
/// is reset, or killed. Resolves with the counts; the reactor may then be used as before.
///
/// It is what stop() does between its triggers, without the stop: for a program with a loop of its
/// own, which goes on calling run_once() until the result is there, or for one that is to forget
/// its connections and run on. Called while it goes on, an earlier deadline replaces the one it
/// has. What is closed cannot be opened again, so dropping the Deferred does not end it.
[[nodiscard]] HAWSER_API Deferred<DrainReport> drain(Reactor& reactor,
                                                     std::chrono::milliseconds deadline);

} // namespace hawser
