// SPDX-License-Identifier: MIT
/// \file
/// TransportLimits, what every connection of a network starts with.
#pragma once

#include <chrono>
#include <cstddef>

namespace hawser {

/// The defaults. A connection's own are set with Transport::set_write_marks() and
/// set_write_limit().
struct TransportLimits {
    std::size_t write_high_mark = 64 * 1024;        ///< producers are paused above it
    std::size_t write_low_mark = 16 * 1024;         ///< and resumed at it
    std::size_t write_limit = 16 * 1024 * 1024;     ///< bytes queued: aborted past it
    std::chrono::milliseconds close_timeout{30000}; ///< an end without progress: reset after it
};

} // namespace hawser
