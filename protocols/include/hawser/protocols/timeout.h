// SPDX-License-Identifier: MIT
/// \file
/// timeout(), how long a peer may be silent, or not listen.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>

#include <chrono>
#include <memory>

namespace hawser {

/// Zero: for ever.
struct Timeouts {
    /// Nothing was received for so long: what is queued is sent, and the connection ends. The time
    /// rests while the protocol has paused its reading. While the write queue is above its mark
    /// an accepted connection is not read, so it is enough then that the peer goes on taking what
    /// is queued. After the peer has ended its direction there is nothing more to wait for.
    ///
    /// A registered producer is waited for too, but as long again at most: when no less is queued
    /// then, the connection is reset.
    std::chrono::milliseconds read{0};
    /// Something is queued and nothing of it has left for so long: the connection is reset.
    std::chrono::milliseconds write{0};
};

/// Makes the protocols of \p factory, and ends their connections, with Errc::timed_out, after too
/// long a silence. It costs a connection one timer, and a read no more than a look at the clock.
///
/// \p clock is the network's own: a Reactor, as a rule.
[[nodiscard]] HAWSER_API std::shared_ptr<Factory> timeout(Clock& clock, const Timeouts& timeouts,
                                                          std::shared_ptr<Factory> factory);

} // namespace hawser
