// SPDX-License-Identifier: MIT
/// \file
/// Turn, what the transports of one loop share. For writing transports, not for using them.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/detail/tape.h>
#include <hawser/core/export.h>
#include <hawser/core/limits.h>
#include <hawser/core/unique_function.h>
#include <hawser/core/write_queue.h>

#include <utility>

namespace hawser {

class DatagramPort;
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

    /// Sends what has come up since run(), and calls no protocol: when it may be a while until the
    /// next.
    void send();

    /// Has \p call made when something comes up and nothing had: for a loop that sleeps by what it
    /// knew before. The call must not throw, and only takes note. Null: nobody is told.
    void when_wanted(UniqueFunction<void()> call) noexcept { wanted_ = std::move(call); }

    [[nodiscard]] bool idle() const noexcept { return waiting_.empty() && ports_.empty(); }
    [[nodiscard]] Clock& clock() const noexcept { return clock_; }
    [[nodiscard]] const TransportLimits& limits() const noexcept { return limits_; }
    [[nodiscard]] BlockPool& blocks() noexcept { return blocks_; }

private:
    friend class DatagramPort;
    friend class StreamTransport;

    void wanted() noexcept { // before it is added to the lists
        if (wanted_ && idle()) {
            wanted_();
        }
    }

    BlockPool blocks_;
    const StreamTransport* reader_ = nullptr; // whose data_received() is running
    Bytes input_;                             // and what it looks at
    detail::Tape tape_;
    detail::IntrusiveList<StreamTransport, Turn> waiting_;
    detail::IntrusiveList<DatagramPort, Turn> ports_; // that wait too
    Clock& clock_;
    TransportLimits limits_;
    UniqueFunction<void()> wanted_;
};

} // namespace hawser
