// SPDX-License-Identifier: MIT
#include <hawser/core/transport.h>

#include "connection_anchor.h"

#include <memory>

namespace hawser {

Producer::~Producer() = default;
Consumer::~Consumer() = default;

Transport::Transport() noexcept = default;

Transport::~Transport() {
    set_gone();
    ConnectionRef::Anchor::release(anchor_);
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
