// SPDX-License-Identifier: MIT
/// \file
/// What the cases of the contract run over, and what they share.
#pragma once

#include "memory_wire.h"
#include "socket_wire.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace contract {

/// Every case is a TEST_CASE_TEMPLATE over these.
#define CONTRACT_WIRES MemoryWire, SocketWire<Tcp>, SocketWire<Unix>

using Events = std::vector<std::string>;

/// Bytes in which a lost, doubled or moved piece shows.
std::string pattern(std::size_t size);

/// Writes until the peer, which takes nothing, has left at least \p least bytes in our queue.
/// Returns all that was written.
template <class Wire>
std::string stuff(Wire& wire, std::size_t least) {
    std::string written;
    const std::string block = pattern(64 * 1024);
    while (wire.journal.transport != nullptr && wire.transport().queued() < least) {
        wire.transport().write(block);
        written += block;
        wire.settle();
    }
    return written;
}

} // namespace contract
