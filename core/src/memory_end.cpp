// SPDX-License-Identifier: MIT
#include "memory_end.h"

#include <hawser/core/detail/class_name.h>
#include <hawser/core/protocol_wrapper.h>

#include <algorithm>
#include <typeinfo>
#include <utility>

namespace hawser::testing {

namespace {

constexpr std::size_t most_on_the_way = 64 * 1024; // as much as a kernel keeps, about

} // namespace

MemoryEnd::MemoryEnd(Turn& turn, Side side, Address peer, Address host)
    : StreamTransport(turn, side), peer_(std::move(peer)), host_(std::move(host)) {}

MemoryEnd::~MemoryEnd() {
    leave(true);
    end_protocol();
}

void MemoryEnd::join(MemoryEnd& other) noexcept {
    other_ = &other;
    other.other_ = this;
}

void MemoryEnd::leave(bool reset) noexcept {
    if (MemoryEnd* const other = std::exchange(other_, nullptr)) {
        other->other_ = nullptr;
        (reset ? other->peer_reset_ : other->peer_ended_) = true;
    }
}

void MemoryEnd::lose(std::error_code error) noexcept {
    broken(error);
}

std::string MemoryEnd::protocol_name() const {
    if (protocol() == nullptr) {
        return "no protocol";
    }
    const Protocol& innermost = unwrapped(*protocol());
    return detail::class_name(typeid(innermost));
}

void MemoryEnd::set_options(const SocketOptions&) {} // all are taken, none does anything

bool MemoryEnd::step() {
    if (let_go_) {
        if (!std::exchange(lost_, true)) {
            closed();
        }
        return true;
    }
    if (writing_ && room() > 0) {
        writable();
        return true;
    }
    return read();
}

bool MemoryEnd::read() {
    if (reading() && !coming_.empty()) {
        // A block of its own, gone when the call is over, so that a protocol which keeps a view
        // of it is found out by the address sanitizer.
        const std::string data = std::exchange(coming_, {});
        received(data);
    } else if (peer_reset_) { // behind what came before it; at once where nobody reads
        broken(std::make_error_code(std::errc::connection_reset));
    } else if (reading() && peer_ended_ && !end_told_) {
        end_told_ = true;
        ended();
    } else {
        return false;
    }
    return true;
}

std::size_t MemoryEnd::room() const noexcept {
    return most_on_the_way - (other_ != nullptr ? other_->coming_.size() : dropped_);
}

StreamTransport::Sent MemoryEnd::send(std::span<const Bytes> pieces) noexcept {
    if (other_ == nullptr && end_told_) {
        return {0, std::make_error_code(std::errc::broken_pipe)};
    }
    std::size_t count = 0;
    for (const Bytes piece : pieces) {
        const Bytes taken = piece.substr(0, room());
        if (other_ != nullptr) {
            other_->coming_.append(taken);
        } else { // crosses the end that is on its way to us
            dropped_ += taken.size();
        }
        count += taken.size();
        if (taken.size() < piece.size()) {
            break;
        }
    }
    return {count, {}};
}

void MemoryEnd::watch(bool, bool writing) noexcept {
    writing_ = writing;
}

void MemoryEnd::end_output() noexcept {
    if (other_ != nullptr) {
        other_->peer_ended_ = true;
    }
}

void MemoryEnd::close(bool reset) noexcept {
    let_go_ = true;
    coming_.clear();
    leave(reset);
}

} // namespace hawser::testing
