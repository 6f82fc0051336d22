// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_datagram_transport.h>

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <algorithm>

namespace hawser::testing {

namespace {

constexpr std::size_t batch = 32; // read at once, as from a socket

Error failure(std::errc error, std::string_view subject) {
    return {std::make_error_code(error), subject};
}

std::string membership(const Address& group, std::string_view interface,
                       const Address& source = {}) {
    std::string text = group.ip();
    text += source.is_ip() ? " from " + source.ip() : "";
    return interface.empty() ? text : fmt::format("{} on {}", text, interface);
}

} // namespace

// Addresses of RFC 5737, which are nobody's.
MemoryDatagramTransport::MemoryDatagramTransport()
    : MemoryDatagramTransport(Address::ipv4({192, 0, 2, 2}, 8000)) {}

MemoryDatagramTransport::MemoryDatagramTransport(Address host)
    : MemoryLoop(TransportLimits{}), DatagramPort(MemoryLoop::turn), host_(std::move(host)) {}

MemoryDatagramTransport::~MemoryDatagramTransport() {
    end_protocol();
}

void MemoryDatagramTransport::attach_any(std::unique_ptr<DatagramProtocol> protocol) {
    Reach reach;
    reach.family = host_.family();
    reach.ipv4_too = host_.family() == Address::Family::ipv6;
    reach.udp = host_.is_ip();
    reach.kernel = host_.family() == Address::Family::other;
    from_loop([&] { open(std::move(protocol), reach); });
    turn();
}

void MemoryDatagramTransport::deliver(Bytes datagram, const Address& from) {
    if (listening() && (peer() == Address() || peer() == from)) { // as a kernel does
        coming_.push_back({from, std::string(datagram)});
    }
    turn();
}

void MemoryDatagramTransport::deliver(Bytes datagram) {
    const Address from = peer();
    deliver(datagram, from == Address() ? Address::ipv4({192, 0, 2, 1}, 50000) : from);
}

void MemoryDatagramTransport::refuse() {
    turn();
    from_loop([&] {
        refused();
        worked();
    });
    turn();
}

void MemoryDatagramTransport::break_receiving(std::error_code error) {
    turn();
    from_loop([&] {
        receive_error(error);
        worked();
    });
    turn();
}

void MemoryDatagramTransport::break_sending(std::error_code error) {
    turn();
    broken_ = error;
}

void MemoryDatagramTransport::hold_output(std::size_t space) {
    turn();
    space_ = space;
}

const std::vector<SentDatagram>& MemoryDatagramTransport::sent() {
    turn();
    return sent_;
}

std::vector<SentDatagram> MemoryDatagramTransport::take_sent() {
    turn();
    return std::exchange(sent_, {});
}

bool MemoryDatagramTransport::stopped() {
    turn();
    return stopped_;
}

void MemoryDatagramTransport::turn() {
    turn_until_quiet(coming_.size());
}

bool MemoryDatagramTransport::tell_end() {
    if (listening() || protocol() == nullptr || stopped_) {
        return false;
    }
    stopped_ = true;
    closed();
    return true;
}

bool MemoryDatagramTransport::deliver_next() {
    if (!reading() || coming_.empty()) {
        return false;
    }
    for (std::size_t count = 0; count < batch && !coming_.empty(); ++count) {
        // A block of its own, gone when the call is over, so that a protocol which keeps a view
        // of it is found out by the address sanitizer.
        const SentDatagram next = std::move(coming_.front());
        coming_.pop_front();
        const std::size_t size = std::min(next.data.size(), datagram_limit());
        const std::string data = next.data.substr(0, size);
        received(data, next.to, size == next.data.size() ? Whole::yes : Whole::no);
    }
    worked();
    return true;
}

void MemoryDatagramTransport::send(Bytes data, const Address* to) {
    const Address where = to != nullptr ? *to : peer();
    if (broken_) {
        fail(where, broken_);
    } else if (where.ip() == "255.255.255.255" && !broadcast_) {
        fail(where, std::make_error_code(std::errc::permission_denied));
    } else if (space_ == 0) {
        drop();
    } else {
        space_ -= space_ == everything ? 0 : 1;
        sent_.push_back({where, std::string(data)});
    }
}

void MemoryDatagramTransport::set_ttl(int hops) {
    if (hops < 0 || hops > 255) {
        throw failure(std::errc::invalid_argument, fmt::format("cannot set a TTL of {}", hops));
    }
}

Multicast& MemoryDatagramTransport::multicast() {
    if (!host_.is_ip()) {
        throw failure(std::errc::operation_not_supported,
                      "cannot use groups at " + to_string(host_));
    }
    return *this;
}

void MemoryDatagramTransport::join_group(const Address& group, std::string_view interface) {
    join(membership(group, interface));
}

void MemoryDatagramTransport::leave_group(const Address& group, std::string_view interface) {
    leave(membership(group, interface));
}

void MemoryDatagramTransport::join_source_group(const Address& group, const Address& source,
                                                std::string_view interface) {
    join(membership(group, interface, source));
}

void MemoryDatagramTransport::leave_source_group(const Address& group, const Address& source,
                                                 std::string_view interface) {
    leave(membership(group, interface, source));
}

void MemoryDatagramTransport::join(std::string membership) {
    if (std::find(groups_.begin(), groups_.end(), membership) != groups_.end()) {
        throw failure(std::errc::address_in_use, "cannot join " + membership);
    }
    groups_.push_back(std::move(membership));
}

void MemoryDatagramTransport::leave(std::string_view membership) {
    const auto joined = std::find(groups_.begin(), groups_.end(), membership);
    if (joined == groups_.end()) {
        throw failure(std::errc::address_not_available, fmt::format("cannot leave {}", membership));
    }
    groups_.erase(joined);
}

} // namespace hawser::testing
