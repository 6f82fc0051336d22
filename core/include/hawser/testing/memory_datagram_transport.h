// SPDX-License-Identifier: MIT
/// \file
/// MemoryDatagramTransport, a datagram socket without a socket: a test plays the network.
#pragma once

#include <hawser/core/datagram_port.h>
#include <hawser/core/export.h>
#include <hawser/core/multicast.h>
#include <hawser/testing/memory_loop.h>

#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace hawser::testing {

/// One datagram that was sent.
struct SentDatagram {
    Address to; ///< the peer's, if the transport is connected
    std::string data;
    friend bool operator==(const SentDatagram&, const SentDatagram&) = default;
};

/// Follows the rules of the real transports, because it shares their code. As with a
/// MemoryTransport, every call below that acts or looks first lets the loop turn until nothing is
/// left to do, and the protocol lives as long as the transport.
class HAWSER_API MemoryDatagramTransport final : private MemoryLoop,
                                                 private Multicast,
                                                 public DatagramPort {
public:
    static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

    MemoryDatagramTransport(); ///< UDP over IPv4, at 192.0.2.2:8000.
    explicit MemoryDatagramTransport(Address host);
    ~MemoryDatagramTransport() override;

    /// Starts \p protocol: its start_protocol() is called. Call it once.
    template <class P>
    P& attach(std::unique_ptr<P> protocol) {
        P& attached = *protocol;
        attach_any(std::move(protocol));
        return attached;
    }

    // What others do.
    /// Sends \p datagram from \p from; while the protocol has paused, it waits. From inside a
    /// callback it arrives after that has returned. A connected transport hears its peer alone.
    void deliver(Bytes datagram, const Address& from);
    void deliver(Bytes datagram); ///< The same from peer(), or from 192.0.2.1:50000.
    /// Says that nobody listens at peer(), as its host would.
    void refuse();
    void break_receiving(std::error_code error); ///< receive_failed().
    /// Fails every further datagram with \p error; none: no more.
    void break_sending(std::error_code error);
    /// Has room for \p space further datagrams, until it is called again.
    void hold_output(std::size_t space = 0);
    void release_output() { hold_output(everything); }

    // What others see.
    [[nodiscard]] const std::vector<SentDatagram>& sent(); ///< All that was sent so far.
    [[nodiscard]] std::vector<SentDatagram> take_sent();   ///< The same; the next begins anew.
    /// What was joined and not left: `239.1.1.1`, `239.1.1.1 on eth0`, `232.1.1.1 from 192.0.2.7`.
    [[nodiscard]] const std::vector<std::string>& groups() const noexcept { return groups_; }
    [[nodiscard]] bool stopped(); ///< stop_protocol() has been called.

    /// Lets the loop turn until nothing is left to do.
    void turn();

    [[nodiscard]] Address host() const override { return host_; }
    void set_broadcast(bool allowed) override { broadcast_ = allowed; }
    void set_ttl(int hops) override;
    [[nodiscard]] Multicast& multicast() override;
    [[nodiscard]] int descriptor() const noexcept override { return -1; }

private:
    void attach_any(std::unique_ptr<DatagramProtocol> protocol);
    bool deliver_next() override;
    bool tell_end() override;

    void send(Bytes data, const Address* to) override;
    void flush() noexcept override {}
    void connect_medium(const Address&) override {}
    void watch(bool) noexcept override {}
    void close() noexcept override { coming_.clear(); }

    void join_group(const Address& group, std::string_view interface) override;
    void leave_group(const Address& group, std::string_view interface) override;
    void join_source_group(const Address& group, const Address& source,
                           std::string_view interface) override;
    void leave_source_group(const Address& group, const Address& source,
                            std::string_view interface) override;
    void set_loopback(bool) override {}
    void set_interface(std::string_view) override {}
    void join(std::string membership);
    void leave(std::string_view membership);

    Address host_;
    std::deque<SentDatagram> coming_; // to us, `to` being the sender; not yet read
    std::vector<SentDatagram> sent_;
    std::vector<std::string> groups_;
    std::error_code broken_;
    std::size_t space_ = everything;
    bool broadcast_ = false;
    bool stopped_ = false; // and stop_protocol() called
};

} // namespace hawser::testing
