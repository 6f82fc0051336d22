// SPDX-License-Identifier: MIT
/// \file
/// The loop: brings a scenario to speed, measures it, and waits for the last answer.
#pragma once

#include "scenario.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace bench {

struct Measurement {
    Tally tally;
    std::chrono::nanoseconds time{0};
    std::chrono::nanoseconds server_cpu{0};
    std::size_t errors = 0;
    std::string error; ///< The first one, in words.
};

/// Runs \p scenario as long as the options say. Does not throw once connected: what goes wrong
/// then is in the result.
[[nodiscard]] Measurement run_timed(Scenario& scenario, Poller& poller, const Options& options);

/// Lets every connection send one line and get it back, then holds them until the standard input
/// ends.
[[nodiscard]] Measurement run_idle(Scenario& scenario, Poller& poller);

} // namespace bench
