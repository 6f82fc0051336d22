// SPDX-License-Identifier: MIT
/// \file
/// tcp_info(), how a TCP connection fares, by the kernel's own figures.
#pragma once

#include <hawser/core/export.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace hawser {

class Transport;

/// What the kernel measures of one connection. A figure that it does not know is 0.
struct TcpInfo {
    std::chrono::microseconds round_trip_time{0};           ///< smoothed
    std::chrono::microseconds round_trip_time_variation{0}; ///< mean deviation from it
    std::chrono::microseconds least_round_trip_time{0};     ///< seen lately
    std::chrono::microseconds retransmission_timeout{0};
    std::uint32_t congestion_window = 0;  ///< segments that may be on their way
    std::uint32_t unacknowledged = 0;     ///< segments that are
    std::uint32_t lost = 0;               ///< of those, believed lost
    std::uint32_t total_retransmits = 0;  ///< segments sent again, since the start
    std::uint32_t segment_size = 0;       ///< the most bytes we send in one
    std::uint64_t delivery_rate = 0;      ///< bytes a second, lately
    std::uint64_t bytes_acknowledged = 0; ///< since the start
    std::uint64_t bytes_received = 0;     ///< since the start
    std::uint64_t bytes_not_yet_sent = 0; ///< in the kernel; queued() comes on top
};

/// Nothing for what is no TCP connection.
[[nodiscard]] HAWSER_API std::optional<TcpInfo> tcp_info(const Transport& transport) noexcept;

} // namespace hawser
