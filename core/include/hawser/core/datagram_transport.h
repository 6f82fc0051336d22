// SPDX-License-Identifier: MIT
/// \file
/// DatagramTransport, a datagram socket as its protocol sees it.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/export.h>
#include <hawser/core/producer.h>

#include <cstddef>
#include <cstdint>

namespace hawser {

class Multicast;

/// Datagrams that did not get through this end of it. What the network loses, nobody counts.
struct DroppedDatagrams {
    std::uint64_t full = 0;      ///< not sent: the kernel had no room
    std::uint64_t failed = 0;    ///< not sent: see DatagramProtocol::write_failed()
    std::uint64_t truncated = 0; ///< received, but longer than the limit
};

/// One socket: UDP, a Unix datagram socket, any other family that was adopted, or one in memory.
///
/// Nothing here calls the protocol back before it returns: call it from anywhere, twice, or after
/// the socket is closed (then it does nothing). There is no queue that could grow: what is
/// written in one turn of the loop, or in answer to what was read at once, leaves in one system
/// call, and a datagram that the kernel has no room for is dropped and counted.
///
/// As a Producer it is its own reading side, as a Transport is. A pause is counted, and what had
/// been read when it began is delivered after it. stop_producing() is stop_listening().
class HAWSER_API DatagramTransport : public Producer {
public:
    DatagramTransport() = default;
    DatagramTransport(const DatagramTransport&) = delete;
    DatagramTransport& operator=(const DatagramTransport&) = delete;
    ~DatagramTransport() override;

    /// Sends \p data, which may be empty, as one datagram. What can be known at once is thrown:
    /// std::errc::message_size when it is longer than any datagram there (65507 bytes over IPv4,
    /// 65527 over IPv6), address_family_not_supported when \p to is of another kind than the
    /// socket, destination_address_required when it names nobody (`0.0.0.0`, port 0, an unnamed
    /// Unix socket), already_connected when the transport is connected to somebody else. But a
    /// sender who cannot be answered is not our mistake: inside its datagram_received() that is
    /// told to write_failed().
    virtual void write(Bytes data, const Address& to) = 0;

    /// The same, to peer(); or to the kernel, over a socket that speaks to it (netlink). Throws
    /// std::errc::not_connected where there is nobody to send to.
    virtual void write(Bytes data) = 0;

    /// Sends to \p peer, and receives from it alone, from now on. Throws
    /// std::errc::already_connected the second time, and as write() does.
    virtual void connect(const Address& peer) = 0;

    [[nodiscard]] virtual Address peer() const = 0; ///< Family::none unless connected.
    [[nodiscard]] virtual Address host() const = 0; ///< Our end.

    /// Closes at once; what was written is sent before. stop_protocol() follows from the loop.
    virtual void stop_listening() noexcept = 0;
    [[nodiscard]] virtual bool listening() const noexcept = 0;

    [[nodiscard]] virtual bool paused() const noexcept = 0;
    [[nodiscard]] virtual DroppedDatagrams dropped() const noexcept = 0;

    /// The longest datagram that is received whole: 64 KiB unless set, which is more than UDP has.
    /// Unix sockets may carry more. Between 1 byte and 1 MiB, else std::errc::invalid_argument.
    virtual void set_datagram_limit(std::size_t bytes) = 0;

    /// Allows sending to broadcast addresses, such as `255.255.255.255`.
    virtual void set_broadcast(bool allowed) = 0;

    /// How many routers a datagram may pass, 1 to 255. For groups see Multicast::set_ttl().
    virtual void set_ttl(int hops) = 0;

    /// Groups to join, and how to send to them. Throws std::errc::operation_not_supported where
    /// there are none, as on a Unix socket.
    [[nodiscard]] virtual Multicast& multicast() = 0;

    /// For options that have no function here; still ours. -1: in memory, or closed.
    [[nodiscard]] virtual int descriptor() const noexcept = 0;
};

} // namespace hawser
