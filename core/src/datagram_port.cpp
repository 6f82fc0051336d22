// SPDX-License-Identifier: MIT
#include <hawser/core/datagram_port.h>

#include <hawser/core/detail/report.h>
#include <hawser/core/error.h>

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <typeinfo>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t longest_over_ipv4 = 65535 - 20 - 8; // IP's and UDP's headers are in there
constexpr std::size_t longest_over_ipv6 = 65535 - 8;
constexpr std::size_t most_failures = 64; // told in one turn; more are only counted

// As a kind of socket: both kinds of Unix names live in one.
Address::Family kind_of(Address::Family family) noexcept {
    return family == Address::Family::unix_abstract ? Address::Family::unix_path : family;
}

bool names_nobody(const Address& to, bool udp) noexcept {
    switch (to.family()) {
    case Address::Family::none: return true;
    case Address::Family::unix_path: return to.path().empty();
    case Address::Family::ipv4:
    case Address::Family::ipv6: {
        const std::string_view octets = to.ip_octets();
        return (udp && to.port() == 0) ||
               std::all_of(octets.begin(), octets.end(), [](char octet) { return octet == 0; });
    }
    default: return false;
    }
}

// An interface is told of link-local addresses, and may be left out of them.
bool same_place(const Address& a, const Address& b) noexcept {
    return a == b || (a.family() == b.family() && a.port() == b.port() &&
                      a.ip_octets() == b.ip_octets() && (a.scope() == 0 || b.scope() == 0));
}

} // namespace

DatagramPort::DatagramPort(Turn& turn) noexcept : turn_(turn) {}

DatagramPort::~DatagramPort() {
    assert(!protocol_); // end_protocol() was forgotten
}

void DatagramPort::end_protocol() noexcept {
    stopped_ = true;
    protocol_.reset();
}

// What a protocol asks for. Nothing below calls it back: what is due is done by work().

void DatagramPort::write(Bytes data, const Address& to) {
    if (stopped_) {
        return;
    }
    if (connected_) {
        if (to != peer_) {
            cannot_send(to, std::make_error_code(std::errc::already_connected));
        }
        write(data);
        return;
    }
    if (names_nobody(to, reach_.udp) && sender_ != nullptr && to == *sender_) {
        fail(to, std::make_error_code(std::errc::destination_address_required));
        return;
    }
    check(to);
    check_size(data, to);
    unsent_ = true;
    send(data, &to);
    ask_for_turn();
}

void DatagramPort::write(Bytes data) {
    if (stopped_) {
        return;
    }
    if (connected_) {
        check_size(data, peer_);
    } else if (!reach_.kernel) {
        throw Error(std::make_error_code(std::errc::not_connected),
                    "cannot send without a destination");
    }
    unsent_ = true;
    send(data, nullptr);
    ask_for_turn();
}

void DatagramPort::connect(const Address& peer) {
    if (stopped_) {
        return;
    }
    if (connected_) {
        throw Error(std::make_error_code(std::errc::already_connected),
                    "cannot connect to " + to_string(peer));
    }
    check(peer);
    send_all(); // what was written before goes where it was sent
    connect_medium(peer);
    peer_ = peer;
    connected_ = true;
}

void DatagramPort::stop_listening() noexcept {
    if (!std::exchange(stopped_, true)) {
        send_all();
        held_.clear();
        close();
    }
}

void DatagramPort::pause_producing() {
    ++pauses_;
    ask_for_turn();
}

void DatagramPort::resume_producing() {
    if (pauses_ > 0 && --pauses_ == 0) {
        ask_for_turn();
    }
}

void DatagramPort::set_datagram_limit(std::size_t bytes) {
    if (bytes == 0 || bytes > largest_limit) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    fmt::format("cannot receive datagrams of {} bytes", bytes));
    }
    limit_ = bytes;
}

void DatagramPort::check(const Address& to) const {
    if (names_nobody(to, reach_.udp)) {
        cannot_send(to, std::make_error_code(std::errc::destination_address_required));
    }
    if (kind_of(to.family()) != kind_of(reach_.family) &&
        !(reach_.ipv4_too && to.family() == Address::Family::ipv4)) {
        cannot_send(to, std::make_error_code(std::errc::address_family_not_supported));
    }
}

void DatagramPort::check_size(Bytes data, const Address& to) const {
    const std::size_t longest =
        to.family() == Address::Family::ipv4 ? longest_over_ipv4 : longest_over_ipv6;
    if (reach_.udp && data.size() > longest) {
        throw Error(std::make_error_code(std::errc::message_size),
                    fmt::format("cannot send {} bytes to {}", data.size(), to_string(to)));
    }
}

void DatagramPort::cannot_send(const Address& to, std::error_code error) {
    throw Error(error, "cannot send to " + to_string(to));
}

void DatagramPort::send_all() noexcept {
    if (std::exchange(unsent_, false)) {
        flush();
    }
}

void DatagramPort::ask_for_turn() noexcept {
    if (!busy_ && !stopped_ && !listed()) {
        turn_.wanted();
        turn_.ports_.push_back(*this);
    }
}

// What the medium tells.

void DatagramPort::open(std::unique_ptr<DatagramProtocol> protocol, Reach reach, Address peer) {
    protocol_ = std::move(protocol);
    reach_ = reach;
    connected_ = peer.family() != Address::Family::none;
    peer_ = std::move(peer);
    busy_ = true;
    try {
        protocol_->make_connection(*this);
    } catch (...) {
        stop_listening();
        protocol_.reset(); // never started: it is not told stop_protocol()
        throw;
    }
    work();
}

void DatagramPort::received(Bytes data, const Address& from, Whole whole) noexcept {
    busy_ = true;
    dropped_.truncated += whole == Whole::no ? 1 : 0;
    if (reading()) {
        deliver(data, from, whole);
    } else if (!stopped_) {
        held_.push_back({std::string(data), from, whole});
    }
}

void DatagramPort::deliver(Bytes data, const Address& from, Whole whole) noexcept {
    // What came before connect() is still in the kernel's queue, and in ours.
    if (connected_ && peer_.is_ip() && !same_place(from, peer_)) {
        return;
    }
    sender_ = &from;
    if (whole == Whole::yes) {
        call("datagram_received", from, [&] { protocol_->datagram_received(data, from); });
    } else {
        call("datagram_truncated", from, [&] { protocol_->datagram_truncated(data, from); });
    }
    sender_ = nullptr;
}

void DatagramPort::refuse() noexcept {
    refused_ = true;
    ask_for_turn();
}

void DatagramPort::fail(const Address& to, std::error_code error) noexcept {
    ++dropped_.failed;
    if (failures_.size() < most_failures) {
        failures_.push_back({to, error});
        ask_for_turn();
    }
}

void DatagramPort::refused() noexcept {
    busy_ = true;
    refused_ = true;
}

void DatagramPort::receive_error(std::error_code error) noexcept {
    busy_ = true;
    if (!stopped_) {
        call("receive_failed", peer_, [&] { protocol_->receive_failed(error); });
    }
}

void DatagramPort::worked() noexcept {
    work();
}

void DatagramPort::closed() noexcept {
    if (protocol_) {
        call("stop_protocol", peer_, [this] { protocol_->stop_protocol(); });
    }
}

// What a turn owes.

void DatagramPort::work() noexcept {
    busy_ = true;
    // Only what there is now: a protocol that fails and tries again has its next turn.
    const std::size_t held = pauses_ == 0 ? held_.size() : 0;
    for (std::size_t i = 0; i < held && pauses_ == 0 && !stopped_; ++i) {
        const Held first = std::move(held_.front());
        held_.pop_front();
        deliver(first.data, first.from, first.whole);
    }
    if (!stopped_) {
        send_all();
    }
    for (const Failure& failure : std::exchange(failures_, {})) {
        if (!stopped_) {
            call("write_failed", failure.to,
                 [&] { protocol_->write_failed(failure.to, failure.error); });
        }
    }
    if (std::exchange(refused_, false) && !stopped_) {
        call("connection_refused", peer_, [this] { protocol_->connection_refused(); });
    }
    if (!stopped_ && reading() != watched_) {
        watched_ = reading();
        watch(watched_);
    }
    busy_ = false;
    if (owes()) {
        ask_for_turn();
    }
}

bool DatagramPort::owes() const noexcept {
    return unsent_ || refused_ || !failures_.empty() || (pauses_ == 0 && !held_.empty()) ||
           reading() != watched_;
}

template <class Callback>
void DatagramPort::call(const char* name, const Address& peer, Callback callback) noexcept {
    try {
        callback();
    } catch (...) {
        const DatagramProtocol& protocol = *protocol_;
        detail::report_callback(typeid(protocol), name, peer);
    }
}

} // namespace hawser
