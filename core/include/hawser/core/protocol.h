// SPDX-License-Identifier: MIT
/// \file
/// Protocol, the class you derive from: what to do with the bytes of one connection.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/descriptor.h>
#include <hawser/core/export.h>
#include <hawser/core/transport.h>

#include <cassert>
#include <system_error>

namespace hawser {

/// One conversation. A Factory makes one for each connection; its transport owns it and calls it
/// from the loop, in this order:
///
///     connection_made()   first, once
///     data_received()     any number of times
///     connection_lost()   last, once; then the protocol is destroyed
///
/// An exception that leaves a callback ends this connection alone, with Errc::callback_threw and
/// a report that names the class and the callback.
class HAWSER_API Protocol {
public:
    Protocol();
    Protocol(const Protocol&) = delete;
    Protocol& operator=(const Protocol&) = delete;
    virtual ~Protocol();

    /// The connection is there: transport() may be used from here on.
    virtual void connection_made();

    /// \p data came, in pieces of any size: a stream has no message borders. The view is valid
    /// until this returns.
    virtual void data_received(Bytes data);

    /// The peer passed \p descriptor, where Transport::receive_descriptors() has asked for them.
    /// The byte it was sent with follows at once, in data_received(), even if you pause in here.
    /// The default drops it, which closes it.
    virtual void descriptor_received(Descriptor descriptor);

    /// The connection is over. No error: an orderly end by either side. Otherwise the system's
    /// error or an Errc. transport() still answers peer(); calls on it do nothing.
    virtual void connection_lost(std::error_code reason);

    /// The peer ended its direction and will send nothing more. Return true to go on writing,
    /// and end with lose_connection(). The default returns false: what is queued is sent, then
    /// both directions end.
    virtual bool read_connection_lost();

    /// Our direction has ended, as lose_write_connection() asked: all was sent.
    virtual void write_connection_lost();

    /// The write queue is above its high mark: the peer reads slower than we write.
    virtual void write_paused();

    /// The write queue is back at its low mark, after write_paused().
    virtual void write_resumed();

    /// Reading goes on after a pause, before new data: the place to deliver what a protocol with
    /// a buffer of its own has kept back.
    virtual void read_resumed();

    /// The network stops, and no new connection comes: the place to say goodbye. Return true to
    /// finish what is under way first, and end with lose_connection(); the network waits until
    /// its deadline. The default returns false: what is queued is sent, then both directions end.
    virtual bool stop_requested();

    /// What a transport does to start: remembers \p transport, then calls connection_made().
    /// Wrappers and tests call it too.
    void make_connection(Transport& transport);

protected:
    /// The connection's transport. Precondition: make_connection() was called.
    [[nodiscard]] Transport& transport() const noexcept {
        assert(transport_ != nullptr);
        return *transport_;
    }

private:
    Transport* transport_ = nullptr; // null before make_connection()
};

} // namespace hawser
