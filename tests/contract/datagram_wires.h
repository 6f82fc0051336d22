// SPDX-License-Identifier: MIT
/// \file
/// What the datagram cases of the contract run over: memory, UDP and Unix datagram sockets.
#pragma once

#include "datagram_script.h"
#include "raw_datagrams.h"

#include <hawser/core/listener.h>
#include <hawser/reactor/reactor.h>
#include <hawser/testing/memory_datagram_transport.h>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace contract {

/// Every case is a TEST_CASE_TEMPLATE over these.
#define DATAGRAM_WIRES                                                                             \
    MemoryDatagrams, SocketDatagrams<UdpOverIpv4>, SocketDatagrams<UdpOverIpv6>,                   \
        SocketDatagrams<UnixDatagrams>

using Events = std::vector<std::string>;

/// A transport under test, and two peers, 0 and 1. What every wire has.
class MemoryDatagrams {
public:
    /// The longest datagram that can be sent.
    static constexpr std::size_t longest = 65507;

    void open(DatagramScript script); ///< Its start_protocol() has run afterwards.
    void close();                     ///< As its owner: from outside.

    DatagramJournal journal;
    /// Precondition: open, and not yet stopped.
    hawser::DatagramTransport& transport() { return *journal.transport; }

    [[nodiscard]] hawser::Address peer(std::size_t index) const;
    /// An address of another family than the wire's.
    [[nodiscard]] hawser::Address stranger() const;
    void peer_sends(std::size_t index, hawser::Bytes data);
    Texts peer_saw(std::size_t index); ///< So far.

    void settle();
    template <class Condition>
    bool until(Condition condition) {
        settle();
        return condition();
    }

private:
    hawser::testing::MemoryDatagramTransport transport_;
};

struct UdpOverIpv4 {
    static constexpr std::size_t longest = 65507;
    hawser::Address address(int) const { return hawser::Address::ipv4({127, 0, 0, 1}, 0); }
    hawser::Address stranger() const { return *hawser::Address::from_ip("::1", 9); }
    std::string endpoint() const { return "udp:127.0.0.1:0"; }
};

struct UdpOverIpv6 {
    static constexpr std::size_t longest = 65527;
    hawser::Address address(int) const { return *hawser::Address::from_ip("::1", 0); }
    hawser::Address stranger() const { return hawser::Address::ipv4({127, 0, 0, 1}, 9); }
    std::string endpoint() const { return "udp:[::1]:0"; }
};

struct UnixDatagrams {
    static constexpr std::size_t longest = 100'000; // of many that are possible
    TemporaryDirectory directory;
    hawser::Address address(int index) const {
        return hawser::Address::unix_path(directory.path() + "/" + std::to_string(index));
    }
    hawser::Address stranger() const { return hawser::Address::ipv4({127, 0, 0, 1}, 9); }
    std::string endpoint() const { return "unixgram:" + directory.socket_path(); }
};

template <class Kind>
class SocketDatagrams {
public: // See MemoryDatagrams for what the functions mean.
    static constexpr std::size_t longest = Kind::longest;

    SocketDatagrams();
    ~SocketDatagrams();

    void open(DatagramScript script);
    void close() { listener_ = hawser::Listener(); }

    DatagramJournal journal;
    hawser::DatagramTransport& transport() { return *journal.transport; }

    [[nodiscard]] hawser::Address peer(std::size_t index) const { return peers_[index].address(); }
    [[nodiscard]] hawser::Address stranger() const { return kind_.stranger(); }
    void peer_sends(std::size_t index, hawser::Bytes data) {
        peers_[index].send(data, listener_.address());
    }
    Texts peer_saw(std::size_t index) { return peers_[index].seen(); }

    void settle();
    template <class Condition>
    bool until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            turn(hawser::Reactor::Wait::yes);
        }
        return true;
    }

private:
    void turn(hawser::Reactor::Wait wait);

    Kind kind_;
    std::array<RawDatagrams, 2> peers_;
    hawser::Reactor reactor_;
    hawser::Listener listener_;
};

extern template class SocketDatagrams<UdpOverIpv4>;
extern template class SocketDatagrams<UdpOverIpv6>;
extern template class SocketDatagrams<UnixDatagrams>;

} // namespace contract
