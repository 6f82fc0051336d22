// SPDX-License-Identifier: MIT
/// \file
/// Figures as text: for people and scripts, and as Prometheus reads them. The same ones.
#pragma once

#include "figures.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace hawser::runner {

/// What a process has besides its services.
struct ProcessFigures {
    std::uint64_t loop_turns = 0;
    std::uint64_t log_records_lost = 0;
};

/// `key value`, one a line: `loop-turns 17`, `service.chat.open 3`. Times are in seconds.
[[nodiscard]] std::string stats_text(const Figures& figures, const ProcessFigures& process);

/// The text format of Prometheus, version 0.0.4:
///
///     # HELP hawser_connections Connections there are.
///     # TYPE hawser_connections gauge
///     hawser_connections{service="chat"} 3
[[nodiscard]] std::string prometheus_text(const Figures& figures, const ProcessFigures& process);

} // namespace hawser::runner
