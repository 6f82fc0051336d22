// SPDX-License-Identifier: MIT
/// \file
/// sleep(), a wait that leaves the loop free.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>

#include <chrono>

namespace hawser {

/// Resolves \p delay from now, as Clock::call_later() counts it. Dropping or canceling it leaves
/// nothing scheduled. Fails with Errc::abandoned when the clock goes first.
[[nodiscard]] HAWSER_API Deferred<> sleep(Clock& clock, std::chrono::nanoseconds delay);

} // namespace hawser
