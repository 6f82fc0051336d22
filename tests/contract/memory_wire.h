// SPDX-License-Identifier: MIT
/// \file
/// MemoryWire: the contract's cases in memory.
#pragma once

#include "script.h"

#include <hawser/core/limits.h>
#include <hawser/testing/memory_transport.h>

#include <chrono>
#include <memory>
#include <string>

namespace contract {

/// Which side of the connection is the one under test.
enum class End { accepted, connected };

/// One connection under test, and the peer at its other end. What every wire has; see also
/// SocketWire. Nothing happens but in its functions.
class MemoryWire {
public:
    /// The peer can tell a reset from an end.
    static constexpr bool shows_resets = true;

    explicit MemoryWire(End end = End::accepted, hawser::TransportLimits limits = {})
        : transport_(end == End::accepted ? hawser::testing::MemoryTransport::Side::accepted
                                          : hawser::testing::MemoryTransport::Side::connected,
                     limits) {}

    /// Connects a protocol that follows \p script; its connection_made() has run afterwards.
    void open(Script script);

    Journal journal;
    /// Precondition: open, and not yet lost.
    hawser::Transport& transport() { return *journal.transport; }

    // What the peer does. It takes all we send, at once, unless told otherwise.
    void peer_sends(hawser::Bytes data);
    void peer_ends(); ///< Its own direction.
    /// Goes without a word; at least one byte of ours must lie there unread.
    void peer_resets();
    void peer_takes_nothing();
    void peer_takes_all();

    // What the peer has seen so far.
    std::string peer_saw();
    bool peer_saw_end();
    bool peer_saw_reset();

    /// Lets the loop turn until nothing is left to do.
    void settle();

    /// Lets the loop turn and time go on until \p condition holds; false: it never did.
    template <class Condition>
    bool until(Condition condition) {
        for (int waited = 0; waited < 1000; ++waited) {
            settle();
            if (condition()) {
                return true;
            }
            const Turning turning(journal);
            transport_.advance(std::chrono::milliseconds(1));
        }
        return false;
    }
    bool until_lost() {
        return until([&] { return journal.lost(); });
    }

private:
    hawser::testing::MemoryTransport transport_;
};

} // namespace contract
