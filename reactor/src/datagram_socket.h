// SPDX-License-Identifier: MIT
/// \file
/// DatagramSocket, a datagram socket of any family.
#pragma once

#include "descriptor.h"
#include "receive_batch.h"
#include "send_batch.h"
#include "socket_multicast.h"
#include "unix_socket_file.h"

#include <hawser/core/datagram_port.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/listener.h>
#include <hawser/core/timer.h>

#include <uv.h>

#include <cstddef>
#include <memory>

namespace hawser::detail {

class Loop;

/// Owns itself until it is closed, whose libuv callback calls stop_protocol() and frees it; the
/// Listener handle that users hold points at it and is told when it goes.
class DatagramSocket final : public DatagramPort, public ListHook<Loop> {
public:
    /// Throws Error naming \p endpoint, and what start_protocol() throws.
    static Listener bind(Loop& loop, const Endpoint& endpoint,
                         std::unique_ptr<DatagramProtocol> protocol);

    [[nodiscard]] Address host() const override;
    void set_broadcast(bool allowed) override;
    void set_ttl(int hops) override;
    [[nodiscard]] Multicast& multicast() override;
    [[nodiscard]] int descriptor() const noexcept override { return socket_.get(); }

    /// What was written before an option changes leaves as it was.
    void send_written() noexcept { send_all(); }

private:
    class Port; // the handle's side

    DatagramSocket(Loop& loop, Descriptor socket, UnixSocketFile file);
    ~DatagramSocket() override;

    [[nodiscard]] Loop& loop() const noexcept;
    [[nodiscard]] Reach look_around() const noexcept;
    static void on_poll(uv_poll_t* handle, int status, int events) noexcept;
    void read() noexcept;
    void deliver(const ReceiveBatch& batch, std::size_t count) noexcept;
    void failed_to_read(int error) noexcept;
    void check_size(Bytes data, const Address* to);

    void send(Bytes data, const Address* to) override;
    void flush() noexcept override;
    void connect_medium(const Address& peer) override;
    void watch(bool reading) noexcept override;
    void close() noexcept override;

    uv_poll_t poll_{}; // its loop knows ours
    Descriptor socket_;
    UnixSocketFile file_; // removed on stop; none but for a Unix path
    SocketMulticast multicast_{*this};
    Address host_;         // known after the end too
    Port* port_ = nullptr; // null: the handle is gone
    int family_;
    std::size_t longest_ = 0; // what a Unix socket takes
    bool failing_ = false;    // the last read gave an error, too
    Timer read_again_;

    std::unique_ptr<SendBatch> batch_; // null until something is sent
    // While datagrams are delivered: where they lie, and who sent the one that is.
    const ReceiveBatch* reader_ = nullptr;
    std::size_t current_ = 0;
    const Address* from_ = nullptr;
};

} // namespace hawser::detail
