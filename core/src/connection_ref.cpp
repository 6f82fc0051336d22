// SPDX-License-Identifier: MIT
#include <hawser/core/connection_ref.h>

#include "connection_anchor.h"

#include <hawser/core/transport.h>

#include <utility>

namespace hawser {

namespace {

void hold(ConnectionRef::Anchor* anchor) noexcept {
    if (anchor != nullptr) {
        anchor->references.fetch_add(1, std::memory_order_relaxed);
    }
}

} // namespace

void ConnectionRef::Anchor::release(Anchor* anchor) noexcept {
    if (anchor != nullptr && anchor->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete anchor;
    }
}

ConnectionRef::ConnectionRef(Anchor* anchor) noexcept : anchor_(anchor) {
    hold(anchor_);
}

ConnectionRef::ConnectionRef(const ConnectionRef& other) noexcept : anchor_(other.anchor_) {
    hold(anchor_);
}

ConnectionRef::ConnectionRef(ConnectionRef&& other) noexcept
    : anchor_(std::exchange(other.anchor_, nullptr)) {}

ConnectionRef& ConnectionRef::operator=(ConnectionRef other) noexcept {
    std::swap(anchor_, other.anchor_);
    return *this;
}

ConnectionRef::~ConnectionRef() {
    Anchor::release(anchor_);
}

Transport* ConnectionRef::get() const noexcept {
    return anchor_ == nullptr ? nullptr : anchor_->transport;
}

void ConnectionRef::write(Bytes data) const {
    if (Transport* transport = get()) {
        transport->write(data);
    }
}

void ConnectionRef::write(const SharedBytes& data) const {
    if (Transport* transport = get()) {
        transport->write(data);
    }
}

void ConnectionRef::lose_connection(std::error_code reason) const {
    if (Transport* transport = get()) {
        transport->lose_connection(reason);
    }
}

void ConnectionRef::abort_connection() const {
    if (Transport* transport = get()) {
        transport->abort_connection();
    }
}

std::size_t ConnectionRef::queued() const noexcept {
    const Transport* transport = get();
    return transport == nullptr ? 0 : transport->queued();
}

bool ConnectionRef::closing() const noexcept {
    const Transport* transport = get();
    return transport == nullptr || transport->closing();
}

Address ConnectionRef::peer() const {
    const Transport* transport = get();
    return transport == nullptr ? Address() : transport->peer();
}

} // namespace hawser
