// SPDX-License-Identifier: MIT
/// \file
/// Meter, how many bytes may move in one direction, and who waits until more may.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/timer.h>
#include <hawser/protocols/token_bucket.h>

#include <cstddef>

namespace hawser {

class Meter {
public:
    /// Moves bytes, and can be held back.
    class Waiter : public detail::ListHook<Meter> {
    public:
        /// From inside a write, too: calls nobody back but a producer.
        virtual void hold() = 0;
        virtual void go_on() noexcept = 0; ///< From the loop.

    protected:
        ~Waiter() = default;
    };

    Meter(Clock& clock, std::size_t rate) noexcept;

    /// \p count bytes were moved; when they are over the rate, holds \p mover.
    void moved(Waiter& mover, std::size_t count);
    /// Holds \p newcomer when others wait, or are over the rate.
    void join(Waiter& newcomer);
    /// The most that moves at once: of a second.
    [[nodiscard]] std::size_t rate() const noexcept { return rate_; }

private:
    void hold(Waiter& waiter, std::chrono::nanoseconds wait);
    void serve();

    Clock& clock_;
    std::size_t rate_; // 0: no limit
    TokenBucket bucket_;
    detail::IntrusiveList<Waiter, Meter> waiting_;
    Timer timer_; // while somebody waits
};

} // namespace hawser
