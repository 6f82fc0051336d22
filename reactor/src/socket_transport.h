// SPDX-License-Identifier: MIT
/// \file
/// SocketTransport, a connected stream socket of any family.
#pragma once

#include "descriptor.h"
#include "loop_transport.h"

#include <uv.h>

#include <memory>

namespace hawser::detail {

class SocketTransport final : public LoopTransport {
public:
    using StreamTransport::Side;

    /// Begins the life of a connected, non-blocking \p socket: connection_made() has been called
    /// when it returns. Null when the loop cannot watch it; that is reported.
    static SocketTransport* start(Loop& loop, Side side, Descriptor socket, Address peer,
                                  std::unique_ptr<Protocol> protocol,
                                  std::shared_ptr<Factory> factory);

    [[nodiscard]] Address peer() const override { return peer_; }
    [[nodiscard]] Address host() const override;
    void hurry() noexcept override;

private:
    SocketTransport(Loop& loop, Side side, Descriptor socket, Address peer);
    ~SocketTransport() override;

    static void on_poll(uv_poll_t* handle, int status, int events) noexcept;
    void ready(int status, int events) noexcept;
    void read(bool to_the_end) noexcept;
    void look_for_error() noexcept;
    bool discard_input() noexcept;
    void linger() noexcept;
    void let_go() noexcept;

    Sent send(std::span<const Bytes> pieces) noexcept override;
    void watch(bool reading, bool writing) noexcept override;
    void end_output() noexcept override;
    void close(bool reset) noexcept override;

    [[nodiscard]] Loop& loop() const noexcept;

    uv_poll_t poll_{}; // its loop knows ours
    Descriptor socket_;
    bool hang_up_seen_ = false; // while paused: the peer has ended its direction
    bool input_ended_ = false;  // and we have read it
    int send_error_ = 0;        // sending failed; told when all that came before is read
    Address peer_;
    Timer linger_deadline_;
};

} // namespace hawser::detail
