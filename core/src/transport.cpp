// SPDX-License-Identifier: MIT
#include <hawser/core/transport.h>

#include "connection_anchor.h"

#include <memory>

namespace hawser {

Producer::~Producer() = default;
Consumer::~Consumer() = default;

Transport::Transport() noexcept = default;

Transport::~Transport() {
    if (anchor_ != nullptr) {
        anchor_->transport = nullptr;
        ConnectionRef::Anchor::release(anchor_);
    }
}

ConnectionRef Transport::ref() {
    if (anchor_ == nullptr) {
        anchor_ = std::make_unique<ConnectionRef::Anchor>(this).release();
    }
    return ConnectionRef(anchor_);
}

} // namespace hawser
