// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_transport.h>

#include <algorithm>
#include <cassert>

namespace hawser::testing {

namespace {

// Addresses of RFC 5737, which are nobody's.
Address some_peer() {
    return Address::ipv4({192, 0, 2, 1}, 50000);
}
Address some_host() {
    return Address::ipv4({192, 0, 2, 2}, 8000);
}

} // namespace

MemoryTransport::MemoryTransport(TransportLimits limits)
    : MemoryTransport(Side::accepted, limits) {}

MemoryTransport::MemoryTransport(Side side, TransportLimits limits)
    : MemoryLoop(limits), StreamTransport(MemoryLoop::turn, side), peer_(some_peer()),
      host_(some_host()) {}

MemoryTransport::MemoryTransport(ManualClock& its_clock, TransportLimits limits)
    : MemoryLoop(its_clock, limits), StreamTransport(MemoryLoop::turn, Side::accepted),
      peer_(some_peer()), host_(some_host()) {}

MemoryTransport::~MemoryTransport() {
    end_protocol();
}

void MemoryTransport::attach_any(std::unique_ptr<Protocol> protocol) {
    from_loop([&] { open(std::move(protocol), nullptr); });
    turn();
}

void MemoryTransport::deliver(Bytes data, std::size_t chunk_size) {
    assert(chunk_size > 0);
    while (!data.empty()) {
        const std::size_t count = std::min(chunk_size, data.size());
        coming_.push_back({std::exchange(next_passed_, {}), std::string(data.substr(0, count))});
        data.remove_prefix(count);
    }
    turn();
}

void MemoryTransport::deliver_descriptor(Descriptor descriptor) {
    next_passed_.push_back(std::move(descriptor));
}

std::vector<Descriptor> MemoryTransport::take_descriptors() {
    turn();
    return std::exchange(sent_descriptors_, {});
}

void MemoryTransport::end() {
    peer_ended_ = true;
    turn();
}

void MemoryTransport::lose(std::error_code error) {
    turn();
    from_loop([&] { broken(error); });
    turn();
}

void MemoryTransport::request_stop() {
    turn();
    from_loop([&] { stopping(); });
    turn();
}

void MemoryTransport::hold_output(std::size_t space) {
    turn();
    space_ = space;
    if (space_ > 0 && protocol() != nullptr && !let_go_) {
        from_loop([&] { writable(); });
    }
    turn();
}

const std::string& MemoryTransport::sent() {
    turn();
    return sent_;
}

std::string MemoryTransport::take_sent() {
    turn();
    return std::exchange(sent_, {});
}

bool MemoryTransport::output_ended() {
    turn();
    return end_sent_;
}

bool MemoryTransport::aborted() {
    turn();
    return aborted_;
}

bool MemoryTransport::lost() {
    turn();
    return lost_;
}

void MemoryTransport::advance(std::chrono::nanoseconds duration) {
    turn();
    from_loop([&] { clock.advance(duration); });
    turn();
}

void MemoryTransport::turn() {
    turn_until_quiet(coming_.size());
}

bool MemoryTransport::tell_end() {
    if (!let_go_ || lost_) {
        return false;
    }
    lost_ = true;
    closed();
    return true;
}

bool MemoryTransport::deliver_next() {
    if (!reading()) {
        return false;
    }
    if (!coming_.empty()) {
        // A block of its own, gone when the call is over, so that a protocol which keeps a view
        // of it is found out by the address sanitizer.
        Delivery delivery = std::move(coming_.front());
        coming_.pop_front();
        for (Descriptor& descriptor : delivery.descriptors) {
            if (descriptors_wanted_) {
                received(std::move(descriptor));
            }
        }
        received(Bytes(delivery.data));
        return true;
    }
    if (peer_ended_) {
        peer_ended_ = false;
        ended();
        return true;
    }
    return false;
}

StreamTransport::Sent MemoryTransport::send(std::span<const Bytes> pieces) noexcept {
    std::size_t count = 0;
    for (const Bytes piece : pieces) {
        const std::size_t taken = std::min(space_, piece.size());
        sent_.append(piece.substr(0, taken));
        if (space_ != everything) {
            space_ -= taken;
        }
        count += taken;
        if (taken < piece.size()) {
            break;
        }
    }
    return {count, {}};
}

StreamTransport::Sent MemoryTransport::send_with(std::span<const Descriptor> descriptors,
                                                 std::span<const Bytes> pieces) noexcept {
    const Sent sent = send(pieces);
    if (sent.count > 0) {
        try {
            for (const Descriptor& descriptor : descriptors) {
                sent_descriptors_.push_back(Descriptor::duplicate_of(descriptor.get()));
            }
        } catch (const std::system_error& error) {
            return {0, error.code()};
        }
    }
    return sent;
}

void MemoryTransport::watch(bool, bool) noexcept {}

void MemoryTransport::end_output() noexcept {
    end_sent_ = true;
}

void MemoryTransport::close(bool reset) noexcept {
    let_go_ = true;
    end_sent_ = true;
    aborted_ = reset;
    coming_.clear();
}

} // namespace hawser::testing
