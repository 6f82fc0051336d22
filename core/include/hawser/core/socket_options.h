// SPDX-License-Identifier: MIT
/// \file
/// SocketOptions, what can be asked of a socket besides where it is.
#pragma once

#include <hawser/core/export.h>

#include <chrono>
#include <optional>

namespace hawser {

/// A value. What is not set stays as the system has it, but for no_delay, which is on unless set.
///
/// Given in an endpoint by the key named beside each (`tcp:8000:nodelay=no:rcvbuf=65536`), or with
/// Endpoint::with(), they hold before the socket is bound or connects, and for every connection
/// that is accepted there; Transport::set_options() sets them later. Times are in whole seconds.
/// For whatever is not here: setsockopt(2) on Transport::descriptor().
struct SocketOptions {
    std::optional<bool> no_delay; ///< nodelay=yes: TCP_NODELAY, small writes do not wait

    /// keepalive=60: a peer silent for so long is probed (SO_KEEPALIVE, TCP_KEEPIDLE); 0 is off.
    std::optional<std::chrono::seconds> keep_alive;
    std::optional<std::chrono::seconds> keep_alive_interval; ///< keepinterval=10: TCP_KEEPINTVL
    std::optional<int> keep_alive_count;                     ///< keepcount=5: TCP_KEEPCNT
    /// usertimeout=30: sent bytes not acknowledged for so long end it (TCP_USER_TIMEOUT); 0 is off.
    std::optional<std::chrono::seconds> user_timeout;

    std::optional<int> receive_buffer; ///< rcvbuf=65536: SO_RCVBUF, in bytes; the kernel doubles it
    std::optional<int> send_buffer;    ///< sndbuf=65536: SO_SNDBUF, likewise
    std::optional<int> type_of_service; ///< tos=16: IP_TOS, IPV6_TCLASS; 0 to 255
    std::optional<int> mark;            ///< mark=7: SO_MARK, for routing; for root only
    /// fastopen=64: TCP_FASTOPEN, so many may send with their SYN. When connecting, more than 0 is
    /// TCP_FASTOPEN_CONNECT: to a known server the SYN leaves with our first write.
    std::optional<int> fast_open;

    std::optional<bool> reuse_address; ///< reuseaddr=yes: SO_REUSEADDR; on for listeners unless set
    std::optional<bool> reuse_port;    ///< reuseport=yes: SO_REUSEPORT, several share an address
    std::optional<bool> v6_only;       ///< v6only=yes: `[::]` without IPv4 (IPV6_V6ONLY)
    /// reset=yes: every close is a reset (SO_LINGER of 0). A longer time has no place here:
    /// close(2) would wait, and the loop with it; lose_connection() sends what is queued as it is.
    std::optional<bool> reset_on_close;

    /// Takes over those that are set in \p other.
    HAWSER_API void update(const SocketOptions& other);

    friend bool operator==(const SocketOptions&, const SocketOptions&) = default;
};

} // namespace hawser
