// SPDX-License-Identifier: MIT
/// \file
/// ProxyHeader, what a proxy sends before anything else: who its client is.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <cstdint>

namespace hawser {

/// The header of the PROXY protocol, version 1 or 2, as HAProxy's proxy-protocol.txt has it.
///
///     PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n
struct ProxyHeader {
    enum class State : std::uint8_t {
        incomplete, ///< so far it could be one
        complete,
        bad, ///< whatever follows, it is none
    };

    State state = State::incomplete;
    std::size_t size = 0; ///< complete: of its octets; what follows is the client's
    /// complete: who connected to the proxy, and where. Family::none when the header does not say
    /// (UNKNOWN, LOCAL, UNSPEC): the addresses are then those of the connection itself.
    Address peer{};
    Address host{};
};

/// The longest that is read; of version 1 it is 107. What is longer is bad: it has more in it than
/// addresses and a few words about TLS.
inline constexpr std::size_t longest_proxy_header = 4096;

/// Reads the header that \p data, all that came so far, begins with. Strict: addresses as
/// Address::from_ip() takes them, ports without leading zeros, one space between. Extensions of
/// version 2 are skipped.
HAWSER_API ProxyHeader read_proxy_header(Bytes data);

} // namespace hawser
