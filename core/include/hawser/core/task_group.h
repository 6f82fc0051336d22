// SPDX-License-Identifier: MIT
/// \file
/// TaskGroup, the owner of tasks that run beside each other.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <memory>

namespace hawser {

/// Owns tasks, most often coroutines, so that none runs on without an owner. When one fails the
/// others are canceled; join() waits until all have ended, and has that failure. Destroying the
/// group drops the tasks.
///
/// A failure that no join() has taken is logged when the group goes, and so is a second failure
/// as it comes. Errc::canceled from a task that was canceled is no failure.
class HAWSER_API TaskGroup {
public:
    TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    ~TaskGroup();

    /// Takes \p task, which runs already. A task may add others, while join() waits too. In a
    /// group that was canceled, or in which one has failed, it is canceled at once.
    void add(Deferred<> task);

    /// Cancels all tasks. They stay until they have ended. What is added from now on, until a
    /// join() has ended, is canceled at once.
    void cancel();

    /// Resolves when there are no tasks any more; the group is then as new. Canceling or dropping
    /// it cancels the tasks. Precondition: no other join() is pending.
    Deferred<> join();

    [[nodiscard]] std::size_t size() const noexcept; ///< How many have not ended.

private:
    class Core;
    std::shared_ptr<Core> core_; // owned by the group, and by its functions while they run
};

} // namespace hawser
