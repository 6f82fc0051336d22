// SPDX-License-Identifier: MIT
/// \file
/// What a transport shares with the handles to it.
#pragma once

#include <hawser/core/connection_ref.h>

#include <atomic>
#include <cstdint>

namespace hawser {

struct ConnectionRef::Anchor {
    std::atomic<std::uint32_t> references{1}; // handles may be dropped on any thread
    Transport* transport;                     // null once the connection is gone

    explicit Anchor(Transport* of) noexcept : transport(of) {}
    static void release(Anchor* anchor) noexcept;
};

} // namespace hawser
