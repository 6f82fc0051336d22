// SPDX-License-Identifier: MIT
#include <hawser/reactor/tcp_info.h>

#include <hawser/core/transport.h>

#include <linux/tcp.h> // libc's own has fewer figures, and the two exclude each other
#include <netinet/in.h>
#include <sys/socket.h>

namespace hawser {

std::optional<TcpInfo> tcp_info(const Transport& transport) noexcept {
    ::tcp_info raw{}; // an older kernel fills less of it
    socklen_t size = sizeof(raw);
    if (getsockopt(transport.descriptor(), IPPROTO_TCP, TCP_INFO, &raw, &size) != 0) {
        return std::nullopt;
    }
    using std::chrono::microseconds;
    TcpInfo info;
    info.round_trip_time = microseconds(raw.tcpi_rtt);
    info.round_trip_time_variation = microseconds(raw.tcpi_rttvar);
    info.least_round_trip_time = microseconds(raw.tcpi_min_rtt);
    info.retransmission_timeout = microseconds(raw.tcpi_rto);
    info.congestion_window = raw.tcpi_snd_cwnd;
    info.unacknowledged = raw.tcpi_unacked;
    info.lost = raw.tcpi_lost;
    info.total_retransmits = raw.tcpi_total_retrans;
    info.segment_size = raw.tcpi_snd_mss;
    info.delivery_rate = raw.tcpi_delivery_rate;
    info.bytes_acknowledged = raw.tcpi_bytes_acked;
    info.bytes_received = raw.tcpi_bytes_received;
    info.bytes_not_yet_sent = raw.tcpi_notsent_bytes;
    return info;
}

} // namespace hawser
