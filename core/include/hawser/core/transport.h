// SPDX-License-Identifier: MIT
/// \file
/// Transport, the connection as a protocol sees it.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/clock.h>
#include <hawser/core/connection_ref.h>
#include <hawser/core/error.h>
#include <hawser/core/export.h>
#include <hawser/core/producer.h>
#include <hawser/core/socket_options.h>

#include <cstddef>
#include <optional>
#include <span>
#include <system_error>

namespace hawser {

/// One connection: over TCP, a Unix socket, or in memory.
///
/// Nothing here calls a protocol back before it returns: call it from anywhere, twice, or after
/// the connection is lost (then it does nothing). What is written in one turn of the loop leaves
/// together, in one system call where the kernel takes it.
///
/// As a Producer, a transport is its own reading side. A pause is counted: two pauses need two
/// resumes. stop_producing() is lose_connection(). When it reads no more, because the peer's
/// direction is over or the connection ends, it unregisters from its consumers.
class HAWSER_API Transport : public Producer, public Consumer {
public:
    ~Transport() override;

    /// Queues \p data, copied. The queue is bounded: past its limit, see set_write_limit(), the
    /// connection is aborted with Errc::write_limit, so a peer that never reads costs no more.
    void write(Bytes data) override = 0;

    /// Queues \p data without a copy where that is cheaper.
    virtual void write(const SharedBytes& data) = 0;

    /// Queues all \p pieces, in order: as one write.
    virtual void write_sequence(std::span<const Bytes> pieces) = 0;

    /// Passes a duplicate of \p fd, made at once, together with the next byte that is written;
    /// without one it never leaves. Over Unix sockets; elsewhere throws
    /// std::errc::operation_not_supported. When more than 253 wait the connection is aborted with
    /// Errc::write_limit.
    virtual void send_descriptor(int fd);

    /// From now on what the peer passes comes to Protocol::descriptor_received(). Not before: it is
    /// then closed by the kernel. When one cannot be taken, for want of a free descriptor as a
    /// rule, the connection ends with std::errc::too_many_files_open. Where none can come it does
    /// nothing.
    virtual void receive_descriptors(bool wanted = true);

    /// Sends the queue, then closes. Nothing is read any more, and nothing queued, except what a
    /// registered producer still gives: its last byte, unregister_producer(), is waited for.
    /// connection_lost() is given \p reason; the peer sees an orderly end.
    ///
    /// Each 30 s (TransportLimits::close_timeout) at least 16 KiB must leave, or all there is, else
    /// the connection is reset, with Errc::timed_out; so it is when the producer gives nothing
    /// for that long, unless it says Producer::held(). A peer in the middle of sending is read on
    /// for up to 2 s (ReactorOptions::linger_time) before connection_lost() comes: a reset could
    /// cost it our last words.
    virtual void lose_connection(std::error_code reason = {}) = 0;

    /// Sends the queue, then ends our direction only; reading goes on. A registered producer and
    /// the deadline are as with lose_connection(). The peer must know of half closed connections,
    /// see Protocol::read_connection_lost().
    virtual void lose_write_connection() = 0;

    /// Drops the queue and resets. connection_lost() is given \p reason.
    virtual void abort_connection(std::error_code reason = Errc::aborted) = 0;

    /// Bytes written and not yet taken by the kernel.
    [[nodiscard]] virtual std::size_t queued() const noexcept = 0;

    /// Since when nothing of what is queued, or of a write_file() that fell short, has left,
    /// because the peer does not take it; null while nothing waits for the peer. On the clock of
    /// the network.
    [[nodiscard]] virtual std::optional<Clock::time_point> stalled_since() const noexcept;

    /// True while more than the high mark is queued: what writes of its own accord stops here, and
    /// goes on in Protocol::write_resumed(), which follows even if all leaves at once.
    [[nodiscard]] virtual bool full() const noexcept = 0;

    /// True once the connection was asked to end, or has ended: what is written now is dropped,
    /// unless a producer is waited for.
    [[nodiscard]] virtual bool closing() const noexcept = 0;

    /// True while a pause_producing() is not yet met by its resume_producing().
    [[nodiscard]] virtual bool paused() const noexcept = 0;
    [[nodiscard]] bool held() const noexcept override { return paused(); }

    /// Neither paused() nor closing(): what cuts its input into pieces asks before each one.
    [[nodiscard]] virtual bool delivering() const noexcept = 0;

    /// Above \p high bytes queued, producers are paused; at \p low or less they are resumed.
    /// 64 KiB and 16 KiB unless set. An accepted connection is not read either while its own
    /// queue is above the mark, so a peer that sends and never reads is bounded by it.
    /// Precondition: low <= high.
    virtual void set_write_marks(std::size_t high, std::size_t low) = 0;

    /// The most that may be queued, 16 MiB unless set.
    virtual void set_write_limit(std::size_t limit) = 0;

    [[nodiscard]] virtual Address peer() const = 0; ///< The other end.
    [[nodiscard]] virtual Address host() const = 0; ///< Our end.

    /// Sets those of \p options that are set. Throws Error naming the first that the connection
    /// does not take; those before it are set then. In memory all are taken and remembered.
    virtual void set_options(const SocketOptions& options);

    /// The socket, for getsockopt(2) and setsockopt(2): it stays ours, so do not read, write or
    /// close it. -1 where there is none: in memory, over standard input and output.
    [[nodiscard]] virtual int descriptor() const noexcept;

    /// A handle that may be kept: it knows when the connection is gone.
    [[nodiscard]] ConnectionRef ref();

protected:
    Transport() noexcept;

    /// connection_lost() has returned: handles are empty from here on.
    void set_gone() noexcept;
    [[nodiscard]] bool gone() const noexcept { return gone_; }

private:
    ConnectionRef::Anchor* anchor_ = nullptr; // null until ref() is first asked
    bool gone_ = false;
};

} // namespace hawser
