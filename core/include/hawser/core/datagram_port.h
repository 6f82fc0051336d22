// SPDX-License-Identifier: MIT
/// \file
/// DatagramPort, the part that every datagram transport shares. For writing transports.
#pragma once

#include <hawser/core/datagram_protocol.h>
#include <hawser/core/datagram_transport.h>
#include <hawser/core/export.h>
#include <hawser/core/turn.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace hawser {

/// Checks of what is written, pauses, the order of callbacks and the end: one implementation, so
/// that a protocol meets the same rules over a socket and in memory. A class derived from it
/// moves datagrams and knows none of these.
///
/// The medium reports from the loop only (received(), refused(), failed(), worked(), and closed()
/// last); each may run protocol callbacks, and none destroys the transport.
class HAWSER_API DatagramPort : public DatagramTransport, public detail::ListHook<Turn> {
public:
    ~DatagramPort() override;

    void write(Bytes data, const Address& to) final;
    void write(Bytes data) final;
    void connect(const Address& peer) final;
    [[nodiscard]] Address peer() const final { return peer_; }
    void stop_listening() noexcept final;
    [[nodiscard]] bool listening() const noexcept final { return !stopped_; }
    void pause_producing() final;
    void resume_producing() final;
    void stop_producing() final { stop_listening(); }
    [[nodiscard]] bool paused() const noexcept final { return pauses_ > 0; }
    [[nodiscard]] DroppedDatagrams dropped() const noexcept final { return dropped_; }
    void set_datagram_limit(std::size_t bytes) final;

    static constexpr std::size_t largest_limit = 1024 * 1024; ///< For set_datagram_limit().

protected:
    /// Whom a medium can reach, and how.
    struct Reach {
        Address::Family family = Address::Family::none;
        bool ipv4_too = false; ///< an IPv6 socket that speaks IPv4 as well
        bool udp = false;      ///< a destination has a port, a datagram the length UDP has
        bool kernel = false;   ///< there is somebody to write to without a destination
    };

    explicit DatagramPort(Turn& turn) noexcept;

    /// Begins: start_protocol(), whose exception is passed on. \p peer is there when the medium is
    /// connected already.
    void open(std::unique_ptr<DatagramProtocol> protocol, Reach reach, Address peer = {});

    /// Destroys the protocol, which may still ask host() in its destructor: so every derived class
    /// calls it first in its own.
    void end_protocol() noexcept;

    // What the base asks of the medium.
    /// Sends \p data now or in flush(); \p to null: to the peer. What it cannot take is dropped,
    /// and told to drop() or fail(). May throw std::errc::message_size, with nothing taken.
    virtual void send(Bytes data, const Address* to) = 0;
    virtual void flush() noexcept = 0; ///< Sends what it has kept.
    virtual void connect_medium(const Address& peer) = 0;
    /// Whether to report datagrams from now on. Called when the answer changes, first with true.
    virtual void watch(bool reading) noexcept = 0;
    /// Let go of the medium; then, in a later call from the loop, closed().
    virtual void close() noexcept = 0;

    // What the medium tells the base.
    enum class Whole : bool { no, yes };
    /// What is told while paused() waits here: so only what had been read already.
    void received(Bytes data, const Address& from, Whole whole = Whole::yes) noexcept;
    void refused() noexcept; ///< The peer, by its host.
    void receive_error(std::error_code error) noexcept;
    void worked() noexcept; ///< A batch of the above is over: answers are sent.
    void closed() noexcept; ///< stop_protocol(); then destroy the transport.

    // The same, from inside send(), flush() too: told to the protocol later.
    void drop() noexcept { ++dropped_.full; }
    void fail(const Address& to, std::error_code error) noexcept;
    void refuse() noexcept;

    void send_all() noexcept; ///< Now: before something changes how datagrams leave.

    /// Ask before reading.
    [[nodiscard]] bool reading() const noexcept {
        return pauses_ == 0 && held_.empty() && !stopped_;
    }
    [[nodiscard]] std::size_t datagram_limit() const noexcept { return limit_; }
    [[nodiscard]] const Reach& reach() const noexcept { return reach_; }
    [[nodiscard]] DatagramProtocol* protocol() const noexcept { return protocol_.get(); }

    /// `cannot send to 192.0.2.1:53: ...`
    [[noreturn]] static void cannot_send(const Address& to, std::error_code error);

private:
    friend class Turn;

    struct Held {
        std::string data;
        Address from;
        Whole whole;
    };
    struct Failure {
        Address to;
        std::error_code error;
    };

    void check(const Address& to) const;
    void check_size(Bytes data, const Address& to) const;
    void deliver(Bytes data, const Address& from, Whole whole) noexcept;
    template <class Callback>
    void call(const char* name, const Address& peer, Callback callback) noexcept;
    void ask_for_turn() noexcept;
    void work() noexcept; // all that a turn owes: send, tell, watch
    [[nodiscard]] bool owes() const noexcept;

    Turn& turn_;
    std::unique_ptr<DatagramProtocol> protocol_;
    const Address* sender_ = nullptr; // of the datagram that is being delivered
    Address peer_;                    // none: not connected
    Reach reach_;
    DroppedDatagrams dropped_;
    std::deque<Held> held_;         // read before a pause, and not delivered
    std::vector<Failure> failures_; // not told yet
    std::size_t limit_ = 64 * 1024;
    std::size_t pauses_ = 0;
    bool unsent_ = false; // the medium may have kept some
    bool connected_ = false;
    bool refused_ = false; // not told yet
    bool busy_ = false;    // inside work(), or it follows: no turn need be asked for
    bool watched_ = false; // what watch() was last told
    bool stopped_ = false;
};

} // namespace hawser
