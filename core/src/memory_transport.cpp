// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_transport.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace hawser::testing {

namespace {

constexpr std::size_t most_turns = 100'000;

} // namespace

MemoryTransport::MemoryTransport(TransportLimits limits)
    : MemoryTransport(Side::accepted, limits) {}

// Addresses of RFC 5737, which are nobody's.
MemoryTransport::MemoryTransport(Side side, TransportLimits limits)
    : MemoryLoop(limits), StreamTransport(MemoryLoop::turn, side),
      peer_(Address::ipv4({192, 0, 2, 1}, 50000)), host_(Address::ipv4({192, 0, 2, 2}, 8000)) {}

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
        coming_.emplace_back(data.substr(0, count));
        data.remove_prefix(count);
    }
    turn();
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
    return output_ended_;
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

template <class Work>
void MemoryTransport::from_loop(Work work) {
    struct Inside {
        bool& flag;
        bool before = std::exchange(flag, true);
        ~Inside() { flag = before; }
    } inside{in_loop_};
    work();
}

void MemoryTransport::turn() {
    if (!in_loop_) { // a callback that looks at its own transport: the loop goes on after it
        from_loop([&] { turn_until_quiet(); });
    }
}

void MemoryTransport::turn_until_quiet() {
    const std::size_t most = most_turns + coming_.size();
    for (std::size_t turns = 0; turns < most; ++turns) {
        const bool more = MemoryLoop::turn.run();
        if (!deliver_next() && !more) {
            if (let_go_ && !lost_) {
                lost_ = true;
                closed();
                continue;
            }
            return;
        }
    }
    throw std::logic_error("the protocol does not come to rest");
}

bool MemoryTransport::deliver_next() {
    if (!reading()) {
        return false;
    }
    if (!coming_.empty()) {
        // A block of its own, gone when the call is over, so that a protocol which keeps a view
        // of it is found out by the address sanitizer.
        const std::string data = std::move(coming_.front());
        coming_.pop_front();
        received(data);
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

void MemoryTransport::watch(bool, bool) noexcept {}

void MemoryTransport::end_output() noexcept {
    output_ended_ = true;
}

void MemoryTransport::close(bool reset) noexcept {
    let_go_ = true;
    output_ended_ = true;
    aborted_ = reset;
    coming_.clear();
}

} // namespace hawser::testing
