// SPDX-License-Identifier: MIT
/// \file
/// Transport, the connection as a protocol sees it.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/bytes.h>
#include <hawser/core/connection_ref.h>
#include <hawser/core/error.h>
#include <hawser/core/export.h>
#include <hawser/core/producer.h>

#include <cstddef>
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
/// resumes. stop_producing() is lose_connection().
class HAWSER_API Transport : public Producer, public Consumer {
public:
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    ~Transport() override;

    /// Queues \p data, copied. The queue is bounded: past write_limit() (16 MiB) the connection
    /// is aborted with Errc::write_limit, so a peer that never reads costs no more.
    void write(Bytes data) override = 0;

    /// Queues \p data without a copy where that is cheaper.
    virtual void write(const SharedBytes& data) = 0;

    /// Queues all \p pieces, in order: as one write.
    virtual void write_sequence(std::span<const Bytes> pieces) = 0;

    /// Sends the queue, then closes. Nothing is read or queued any more. connection_lost() is
    /// given \p reason; the peer sees an orderly end. A peer that takes nothing for
    /// close_timeout() (30 s) is reset, with Errc::timed_out.
    virtual void lose_connection(std::error_code reason = {}) = 0;

    /// Sends the queue, then ends our direction only; reading goes on. The peer must know of half
    /// closed connections, see Protocol::read_connection_lost().
    virtual void lose_write_connection() = 0;

    /// Drops the queue and resets. connection_lost() is given \p reason.
    virtual void abort_connection(std::error_code reason = Errc::aborted) = 0;

    /// Bytes written and not yet taken by the kernel.
    [[nodiscard]] virtual std::size_t queued() const noexcept = 0;

    /// True once the connection was asked to end, or has ended: what is written now is dropped.
    [[nodiscard]] virtual bool closing() const noexcept = 0;

    /// True while a pause_producing() is not yet met by its resume_producing().
    [[nodiscard]] virtual bool paused() const noexcept = 0;

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
