// SPDX-License-Identifier: MIT
/// \file
/// Cooperator, long work cut into steps, so that the loop goes on serving between them.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace hawser {

/// One piece of long work that a Cooperator does, step by step. Dropping it stops the work; it may
/// be dropped from anywhere, its own step included.
class HAWSER_API CooperativeTask {
public:
    class State;

    CooperativeTask() noexcept; ///< Of no work.
    explicit CooperativeTask(std::shared_ptr<State> state) noexcept;
    CooperativeTask(CooperativeTask&& other) noexcept;
    CooperativeTask& operator=(CooperativeTask&& other) noexcept;
    ~CooperativeTask();

    /// No step is made until resume(). A pause is counted: two pauses need two resumes. Throws
    /// Errc::not_running once the work is over.
    void pause();
    void resume(); ///< Does nothing unless paused.

    /// Ends the work: when_done() fails with Errc::canceled. A Deferred that a step has returned
    /// is canceled. Throws Errc::not_running once the work is over.
    void stop();

    /// Resolves when the last step is done; fails as a step did, with Errc::canceled after stop(),
    /// with Errc::abandoned when the Cooperator goes first. May be asked late. A failure that
    /// nobody waits for as it comes is logged. Throws std::logic_error where there is no work.
    [[nodiscard]] Deferred<> when_done();

    /// False once the work is over.
    [[nodiscard]] bool running() const noexcept;

private:
    std::shared_ptr<State> state_; // null: of no work; shared with the step under way
};

/// Gives each of its tasks a step in turn, in slices of time: between two slices the loop has its
/// turn. Dropping it ends its tasks.
class HAWSER_API Cooperator {
public:
    using TimeSource = Clock::time_point (*)();

    /// A slice ends with the first step that ends after \p budget, so a step should be short.
    /// \p time must move while a step runs, which Clock::now() does not: it is the one to replace
    /// in a test.
    explicit Cooperator(Clock& clock,
                        std::chrono::nanoseconds budget = std::chrono::milliseconds(10),
                        TimeSource time = &std::chrono::steady_clock::now);
    Cooperator(const Cooperator&) = delete;
    Cooperator& operator=(const Cooperator&) = delete;
    ~Cooperator();

    /// Calls \p step until it returns false, first from the loop. It may return a Deferred<bool>:
    /// there is no next step before its result, and others have their turn.
    template <class F>
    [[nodiscard]] CooperativeTask cooperate(F step);

private:
    friend class CooperativeTask::State;
    class Work;
    using More = std::variant<bool, Deferred<bool>>;
    using Step = UniqueFunction<More()>;

    CooperativeTask begin(Step step);

    std::shared_ptr<Work> work_; // ours, and the slice's that is under way: a step may drop us
};

template <class F>
CooperativeTask Cooperator::cooperate(F step) {
    return begin([step = std::move(step)]() mutable -> More { return step(); });
}

} // namespace hawser
