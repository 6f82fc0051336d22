// SPDX-License-Identifier: MIT
/// \file
/// on_signal(), signals as events of the loop.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/trigger.h>

namespace hawser {

/// Calls \p call, from the loop, when the process gets the signal \p number, for as long as the
/// Trigger is held: SIGHUP to read the configuration anew, SIGUSR1 to say how things are. Signals
/// that come faster than the loop turns may be one call.
///
/// A signal may have several calls, in one reactor or in many. While it has one, the program's own
/// handler or default action is not used; with the last it is put back. A call for SIGINT or
/// SIGTERM comes besides what run() does with them. Throws for what cannot be watched:
/// `cannot watch signal 9 (KILL): invalid argument`.
[[nodiscard]] HAWSER_API Trigger on_signal(Reactor& reactor, int number,
                                           UniqueFunction<void()> call);

} // namespace hawser
