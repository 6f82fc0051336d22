// SPDX-License-Identifier: MIT
/// \file
/// MemoryLoop, what transports in memory turn by. For writing such transports, not for tests.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/limits.h>
#include <hawser/core/turn.h>
#include <hawser/testing/manual_clock.h>

#include <cstddef>
#include <utility>

namespace hawser::testing {

/// The loop of one transport, which derives from it: first, so that its loop is there before it.
/// Its clock is its own unless one is given.
class HAWSER_API MemoryLoop {
protected:
    explicit MemoryLoop(TransportLimits limits) : clock(own_), turn(clock, limits) {}
    MemoryLoop(ManualClock& given, TransportLimits limits) : clock(given), turn(clock, limits) {}
    ~MemoryLoop();

    /// Does \p work as a loop does it: nobody turns the loop meanwhile.
    template <class Work>
    void from_loop(Work work);

    /// Turns until nothing is left to do, or not at all inside from_loop(). A protocol that does
    /// not come to rest, though only \p waiting pieces of input wait, is a std::logic_error.
    void turn_until_quiet(std::size_t waiting);

private:
    ManualClock own_; // has no part when one is given

protected:
    ManualClock& clock;
    Turn turn;

private:
    virtual bool deliver_next() = 0; ///< Hands on a piece of what has come; false: there is none.
    virtual bool tell_end() = 0; ///< Says, once, that the transport was closed; false: it was not.

    bool inside_ = false;
};

template <class Work>
void MemoryLoop::from_loop(Work work) {
    struct Inside {
        bool& flag;
        bool before = std::exchange(flag, true);
        ~Inside() { flag = before; }
    } inside{inside_};
    work();
}

} // namespace hawser::testing
