// SPDX-License-Identifier: MIT
/// \file
/// MemoryEnd, one of the two ends of a connection on a MemoryNetwork.
#pragma once

#include <hawser/core/stream_transport.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hawser::testing {

/// What one end sends waits at the other until that reads, 64 KiB of it at most.
class MemoryEnd final : public StreamTransport {
public:
    using StreamTransport::finished;
    using StreamTransport::open;
    using StreamTransport::reason;
    using StreamTransport::Side;

    MemoryEnd(Turn& turn, Side side, Address peer, Address host);
    ~MemoryEnd() override;

    void join(MemoryEnd& other) noexcept; ///< Both ways.
    void leave(bool reset) noexcept;      ///< What its peer sees when it is not there any more.
    void lose(std::error_code error) noexcept;

    /// Hands on what has come up at this end; false when that is nothing.
    bool step();
    [[nodiscard]] bool lost() const noexcept { return lost_; } ///< connection_lost() was called.
    [[nodiscard]] std::string protocol_name() const;

    void set_options(const SocketOptions& options) override;
    [[nodiscard]] Address peer() const override { return peer_; }
    [[nodiscard]] Address host() const override { return host_; }

private:
    Sent send(std::span<const Bytes> pieces) noexcept override;
    void watch(bool reading, bool writing) noexcept override;
    void end_output() noexcept override;
    void close(bool reset) noexcept override;
    [[nodiscard]] std::size_t room() const noexcept; // for what we send
    bool read();

    Address peer_;
    Address host_;
    MemoryEnd* other_ = nullptr; // null: it has let go
    std::string coming_;         // sent by the other, not yet read
    std::size_t dropped_ = 0;    // sent by us since the other has let go
    bool writing_ = false;       // we wait for room
    bool peer_ended_ = false;
    bool peer_reset_ = false;
    bool end_told_ = false;
    bool let_go_ = false; // close() was called
    bool lost_ = false;   // and connection_lost() after it
};

} // namespace hawser::testing
