// SPDX-License-Identifier: MIT
#include <hawser/core/transport.h>

#include "connection_anchor.h"

#include <hawser/core/error.h>

#include <memory>

namespace hawser {

Transport::Transport() noexcept = default;

void Transport::set_options(const SocketOptions& options) {
    if (options != SocketOptions{}) {
        throw Error(std::make_error_code(std::errc::not_a_socket), "cannot set socket options");
    }
}

Transport::~Transport() {
    set_gone();
    ConnectionRef::Anchor::release(anchor_);
}

void Transport::send_descriptor(int) {
    throw Error(std::make_error_code(std::errc::operation_not_supported),
                "cannot send a descriptor to " + to_string(peer()));
}

void Transport::receive_descriptors(bool) {}

std::optional<Clock::time_point> Transport::stalled_since() const noexcept {
    return std::nullopt;
}

int Transport::descriptor() const noexcept {
    return -1;
}

void Transport::set_gone() noexcept {
    gone_ = true;
    if (anchor_ != nullptr) {
        anchor_->transport = nullptr;
    }
}

ConnectionRef Transport::ref() {
    if (anchor_ == nullptr) {
        anchor_ = std::make_unique<ConnectionRef::Anchor>(gone_ ? nullptr : this).release();
    }
    return ConnectionRef(anchor_);
}

} // namespace hawser
