// SPDX-License-Identifier: MIT
/// \file
/// Flooder, a peer that sends as much as goes and reads only when told to.
#pragma once

#include "raw_peer.h"

#include <hawser/core/address.h>

#include <cstddef>

namespace reactor_test {

class Flooder {
public:
    /// Connects to \p to, an IPv4 address.
    explicit Flooder(const hawser::Address& to);

    std::size_t
    send_some(std::size_t most = static_cast<std::size_t>(-1)); ///< What the kernel takes now.
    std::size_t take_some();                                    ///< What there is now.

    [[nodiscard]] std::size_t sent() const noexcept { return sent_; }
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

private:
    contract::Fd fd_;
    std::size_t sent_ = 0;
    std::size_t taken_ = 0;
};

} // namespace reactor_test
