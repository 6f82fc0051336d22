// SPDX-License-Identifier: MIT
/// \file
/// MemoryTransport, a connection without a socket: a test plays the peer and the loop.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/stream_transport.h>
#include <hawser/testing/memory_loop.h>

#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hawser::testing {

/// Follows the rules of the real transports, because it shares their code. Every call below
/// that acts or looks first lets the loop turn until nothing is left to do, so a test sees what a
/// peer would see.
///
/// The protocol lives as long as the transport, so that a test can look at it after the end.
class HAWSER_API MemoryTransport final : private MemoryLoop, public StreamTransport {
public:
    static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

    /// As on the side that listens.
    explicit MemoryTransport(TransportLimits limits = {});
    MemoryTransport(Side side, TransportLimits limits);
    /// The same, with deadlines on \p its_clock, the test's own: turn() after moving it.
    explicit MemoryTransport(ManualClock& its_clock, TransportLimits limits = {});
    ~MemoryTransport() override;

    using StreamTransport::Side;

    /// Connects \p protocol: its connection_made() is called. Call it once.
    template <class P>
    P& attach(std::unique_ptr<P> protocol) {
        P& attached = *protocol;
        attach_any(std::move(protocol));
        return attached;
    }

    // What the peer does.
    /// Sends \p data, which arrives in pieces of \p chunk_size bytes; while the protocol has
    /// paused, they wait. From inside a callback it arrives after that has returned.
    void deliver(Bytes data, std::size_t chunk_size = everything);
    /// Passes \p descriptor with the first byte of the next deliver().
    void deliver_descriptor(Descriptor descriptor);
    void end();                       ///< Ends its direction, behind what it has sent.
    void lose(std::error_code error); ///< Breaks the connection: std::errc::connection_reset.
    void request_stop();              ///< What a reactor does to each connection when it stops.
    /// Takes no more than \p space further bytes from us, until it is called again.
    void hold_output(std::size_t space = 0);
    void release_output() { hold_output(everything); }

    // What the peer sees.
    [[nodiscard]] const std::string& sent(); ///< All that was sent so far.
    [[nodiscard]] std::string take_sent();   ///< The same; the next call begins anew.
    /// The descriptors that were sent since the last call.
    [[nodiscard]] std::vector<Descriptor> take_descriptors();
    [[nodiscard]] bool output_ended(); ///< We ended our direction, or the whole.
    [[nodiscard]] bool aborted();      ///< We reset the connection.

    /// connection_lost() has been called.
    [[nodiscard]] bool lost();

    /// Lets the loop turn until nothing is left to do.
    void turn();
    /// Moves the time that the transport's own deadlines run on.
    void advance(std::chrono::nanoseconds duration);

    void receive_descriptors(bool wanted) override { descriptors_wanted_ = wanted; }
    void set_options(const SocketOptions& options) override { options_.update(options); }
    [[nodiscard]] const SocketOptions& options() const noexcept { return options_; }

    void set_peer(Address peer) { peer_ = std::move(peer); }
    [[nodiscard]] Address peer() const override { return peer_; }
    [[nodiscard]] Address host() const override { return host_; }

private:
    void attach_any(std::unique_ptr<Protocol> protocol);
    bool deliver_next() override;
    bool tell_end() override;

    Sent send(std::span<const Bytes> pieces) noexcept override;
    [[nodiscard]] bool passes_descriptors() const noexcept override { return true; }
    Sent send_with(std::span<const Descriptor> descriptors,
                   std::span<const Bytes> pieces) noexcept override;
    void watch(bool reading, bool writing) noexcept override;
    void end_output() noexcept override;
    void close(bool reset) noexcept override;

    Address peer_;
    Address host_;
    SocketOptions options_; // that were set
    struct Delivery {
        std::vector<Descriptor> descriptors;
        std::string data;
    };
    std::deque<Delivery> coming_;         // sent by the peer, not yet read
    std::vector<Descriptor> next_passed_; // by the peer, with its next byte
    std::string sent_;
    std::vector<Descriptor> sent_descriptors_;
    std::size_t space_ = everything;
    bool descriptors_wanted_ = false;
    bool peer_ended_ = false;
    bool end_sent_ = false;
    bool aborted_ = false;
    bool let_go_ = false; // close() was called
    bool lost_ = false;   // and connection_lost() after it
};

} // namespace hawser::testing
