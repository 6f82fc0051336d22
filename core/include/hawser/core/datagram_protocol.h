// SPDX-License-Identifier: MIT
/// \file
/// DatagramProtocol, the class you derive from: what to do with the datagrams of one socket.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/datagram_transport.h>
#include <hawser/core/export.h>

#include <system_error>

namespace hawser {

/// One socket's datagrams, from whoever sends them. Network::bind() takes it; its transport owns
/// it and calls it in this order:
///
///     start_protocol()      first, once, inside bind()
///     datagram_received()   any number of times, from the loop, as are all that follow
///     stop_protocol()       last, once; then the protocol is destroyed
///
/// An exception that leaves a callback is reported, and the socket lives on. One that leaves
/// start_protocol() leaves bind() too, and nothing further is called.
class HAWSER_API DatagramProtocol {
public:
    DatagramProtocol();
    DatagramProtocol(const DatagramProtocol&) = delete;
    DatagramProtocol& operator=(const DatagramProtocol&) = delete;
    virtual ~DatagramProtocol();

    /// The socket is bound: transport() may be used from here on.
    virtual void start_protocol();

    /// One whole datagram, which may be empty. \p from is the address to answer to; an unnamed
    /// Unix socket has none that can be. Both are valid until this returns.
    virtual void datagram_received(Bytes data, const Address& from);

    /// A datagram was longer than DatagramTransport::set_datagram_limit(): \p beginning is what
    /// fitted. The default does nothing, so it is dropped; dropped() counts it in any case.
    virtual void datagram_truncated(Bytes beginning, const Address& from);

    /// Nobody listens at peer(), as its host has told us. Only of a connected transport, which
    /// lives on: the next datagram may find somebody.
    virtual void connection_refused();

    /// The system had an error in place of a datagram. ENOBUFS of a netlink socket: messages were
    /// lost, ask for the state anew. The socket lives on.
    virtual void receive_failed(std::error_code error);

    /// A datagram to \p to (Family::none: to the peer) could not leave: the network is
    /// unreachable, nobody has that Unix path. Told from the loop, for write() cannot know. A full
    /// socket buffer is not told, only counted: see DatagramTransport::dropped().
    virtual void write_failed(const Address& to, std::error_code error);

    /// The socket is closed. transport() still answers host() and dropped(); writes do nothing.
    virtual void stop_protocol();

    /// What a transport does to start: remembers \p transport, then calls start_protocol().
    /// Wrappers and tests call it too.
    void make_connection(DatagramTransport& transport);

protected:
    /// Precondition: make_connection() was called.
    [[nodiscard]] DatagramTransport& transport() const noexcept;

private:
    DatagramTransport* transport_ = nullptr; // null before make_connection()
};

} // namespace hawser
