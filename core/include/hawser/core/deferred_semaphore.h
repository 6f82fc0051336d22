// SPDX-License-Identifier: MIT
/// \file
/// DeferredSemaphore and DeferredLock, who may go on and who waits.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace hawser {

/// So many permits, and a queue of those who wait for one: first come, first served. Who is
/// canceled or dropped leaves the queue. Destroyed, it fails those who wait with Errc::abandoned.
class HAWSER_API DeferredSemaphore {
    class Core;

public:
    /// The right to go on; dropping it gives it back. It may outlive its semaphore.
    class HAWSER_API Permit {
    public:
        Permit() noexcept = default; ///< None.
        Permit(Permit&&) noexcept = default;
        Permit& operator=(Permit&& other) noexcept; ///< Gives back the one held so far.
        ~Permit();

        /// Gives it back, and hands it to who waits longest: therefore the last thing a function
        /// does. Throws std::errc::operation_not_permitted when it is none.
        void release();
        [[nodiscard]] explicit operator bool() const noexcept { return core_ != nullptr; }

    private:
        friend class DeferredSemaphore;
        explicit Permit(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
        std::shared_ptr<Core> core_; // owned by the semaphore and its permits; null: none
    };

    /// Throws std::errc::invalid_argument for none.
    explicit DeferredSemaphore(std::size_t permits);
    DeferredSemaphore(const DeferredSemaphore&) = delete;
    DeferredSemaphore& operator=(const DeferredSemaphore&) = delete;
    ~DeferredSemaphore();

    /// A permit; at once when one is free and nobody waits.
    Deferred<Permit> acquire();
    /// A permit, if acquire() would give one at once.
    [[nodiscard]] std::optional<Permit> try_acquire();
    /// Calls \p function with a permit, which is given back when what it returns has ended.
    template <class F>
    auto run(F function);

    [[nodiscard]] std::size_t available() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept;

private:
    std::shared_ptr<Core> core_;
};

/// A DeferredSemaphore of one.
class HAWSER_API DeferredLock {
public:
    using Permit = DeferredSemaphore::Permit;

    Deferred<Permit> acquire() { return semaphore_.acquire(); }
    [[nodiscard]] std::optional<Permit> try_acquire() { return semaphore_.try_acquire(); }
    template <class F>
    auto run(F function) {
        return semaphore_.run(std::move(function));
    }

    [[nodiscard]] bool locked() const noexcept { return semaphore_.available() == 0; }
    [[nodiscard]] std::size_t waiting() const noexcept { return semaphore_.waiting(); }

private:
    DeferredSemaphore semaphore_{1};
};

template <class F>
auto DeferredSemaphore::run(F function) {
    return acquire().then([function = std::move(function)](Permit permit) mutable {
        return from_call(function).finally([permit = std::move(permit)]() mutable {
            const Permit done = std::move(permit); // before who waits for the result goes on
        });
    });
}

} // namespace hawser
