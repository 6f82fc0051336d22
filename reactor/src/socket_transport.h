// SPDX-License-Identifier: MIT
/// \file
/// SocketTransport, a connected stream socket of any family.
#pragma once

#include "descriptor.h"
#include "loop_transport.h"

#include <uv.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace hawser::detail {

class SocketTransport final : public LoopTransport {
public:
    using StreamTransport::Side;

    /// Begins the life of a connected, non-blocking \p socket: connection_made() has been called
    /// when it returns. Null, with an \p error, when the loop cannot watch it.
    static SocketTransport* start(Loop& loop, Side side, Descriptor socket, Address peer,
                                  std::unique_ptr<Protocol> protocol,
                                  std::shared_ptr<Factory> factory, std::error_code& error);

    void set_options(const SocketOptions& options) override;
    [[nodiscard]] Address peer() const override { return peer_; }
    [[nodiscard]] Address host() const override;
    [[nodiscard]] int descriptor() const noexcept override { return socket_.get(); }
    void receive_descriptors(bool wanted) override { descriptors_wanted_ = wanted; }
    void hurry() noexcept override;

private:
    SocketTransport(Loop& loop, Side side, Descriptor socket, Address peer);
    ~SocketTransport() override;

    static void on_poll(uv_poll_t* handle, int status, int events) noexcept;
    void ready(int status, int events) noexcept;
    void read(bool to_the_end) noexcept;
    ssize_t receive_with_descriptors(std::span<char> slab) noexcept;
    void look_for_error() noexcept;
    bool tell_error() noexcept;
    void urgent() noexcept;
    bool discard_input() noexcept;
    void linger() noexcept;
    void let_go() noexcept;

    Sent send(std::span<const Bytes> pieces) noexcept override;
    [[nodiscard]] bool passes_descriptors() const noexcept override { return peer_.is_unix(); }
    Sent send_with(std::span<const Descriptor> descriptors,
                   std::span<const Bytes> pieces) noexcept override;
    std::optional<std::size_t> send_from_file(int file, std::uint64_t offset,
                                              std::size_t count) noexcept override;
    Sent send_message(std::span<const Bytes> pieces, std::span<const Descriptor> with) noexcept;
    void watch(bool reading, bool writing) noexcept override;
    void end_output() noexcept override;
    void close(bool reset) noexcept override;

    [[nodiscard]] Loop& loop() const noexcept;

    uv_poll_t poll_{}; // its loop knows ours
    Descriptor socket_;
    bool hang_up_seen_ : 1 = false;       // while paused: the peer has ended its direction
    bool read_out_ : 1 = false;           // and we have read all that it sent
    bool descriptors_wanted_ : 1 = false; // with the two around 8 bytes, of every connection
    std::uint16_t send_error_ = 0;        // sending failed; told when all before it is read
    Address peer_;
};

} // namespace hawser::detail
