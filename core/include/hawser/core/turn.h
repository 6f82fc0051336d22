// SPDX-License-Identifier: MIT
/// \file
/// Turn, what the transports of one loop share. For writing transports, not for using them.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/export.h>
#include <hawser/core/limits.h>
#include <hawser/core/write_queue.h>

namespace hawser {

class StreamTransport;

/// The transports that have something to do before the loop sleeps, their clock, their limits
/// and the pool of their blocks. A loop calls run() once per turn.
class HAWSER_API Turn {
public:
    explicit Turn(Clock& clock, TransportLimits limits = {}) noexcept
        : clock_(clock), limits_(limits) {}

    /// Does the work of every transport that asked for it before this call. True when more has
    /// come up since: the loop then must not sleep.
    bool run();

    [[nodiscard]] bool idle() const noexcept { return waiting_.empty(); }
    [[nodiscard]] Clock& clock() const noexcept { return clock_; }
    [[nodiscard]] const TransportLimits& limits() const noexcept { return limits_; }
    [[nodiscard]] BlockPool& blocks() noexcept { return blocks_; }

private:
    friend class StreamTransport;

    BlockPool blocks_;
    const StreamTransport* reader_ = nullptr; // whose data_received() is running
    Bytes input_;                             // and what it looks at
    detail::IntrusiveList<StreamTransport, Turn> waiting_;
    Clock& clock_;
    TransportLimits limits_;
};

} // namespace hawser
