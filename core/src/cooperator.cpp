// SPDX-License-Identifier: MIT
#include <hawser/core/cooperator.h>

#include <hawser/core/detail/intrusive_list.h>
#include <hawser/core/detail/waiting_list.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <exception>
#include <stdexcept>

namespace hawser {

/// The tasks of one Cooperator: all of them, and those with a step to make.
class Cooperator::Work : public std::enable_shared_from_this<Work> {
public:
    Work(Clock& clock, std::chrono::nanoseconds budget, TimeSource time)
        : clock_(clock), budget_(budget), time_(time) {}

    void add(CooperativeTask::State& task);
    void ready(CooperativeTask::State& task);
    void end() noexcept;

private:
    void slice();
    void ask_for_slice();

    Clock& clock_;
    std::chrono::nanoseconds budget_;
    TimeSource time_;
    Timer next_slice_;
    bool slicing_ = false; // inside slice(): it asks for the next one itself
    detail::IntrusiveList<CooperativeTask::State, Work> all_;
    detail::IntrusiveList<CooperativeTask::State, Timer> ready_;
};

class CooperativeTask::State : public detail::ListHook<Cooperator::Work>,
                               public detail::ListHook<Timer>,
                               public std::enable_shared_from_this<State> {
public:
    using Waiting = detail::ListHook<Timer>; // for its turn
    using Member = detail::ListHook<Cooperator::Work>;

    State(Cooperator::Work& work, Cooperator::Step step) : work_(work), step_(std::move(step)) {}

    void make_step() {
        const std::shared_ptr<State> self = shared_from_this(); // the step may drop its task
        try {
            Cooperator::More more = step_();
            if (over_) {
                return;
            }
            if (const bool* at_once = std::get_if<bool>(&more)) {
                stepped(*at_once);
            } else {
                wait_for(std::move(std::get<Deferred<bool>>(more)));
            }
        } catch (...) {
            end(std::current_exception());
        }
    }

    void pause() {
        ++pauses_;
        Waiting::leave();
    }

    void resume() {
        if (pauses_ > 0 && --pauses_ == 0) {
            go_on();
        }
    }

    // The last thing its caller does: whoever waits for the end may drop the task.
    void end(std::exception_ptr error, bool worth_a_report = true) {
        if (std::exchange(over_, true)) {
            return;
        }
        Waiting::leave();
        Member::leave();
        const Deferred<> result = std::move(result_); // canceled unless it has just ended
        waiting_ = false;
        failure_ = error;
        if (error && worth_a_report && waiters_.empty()) {
            log(LogLevel::error, "cooperator", "a step failed: " + message_of(error));
        }
        detail::WaitingList<void> waiters = std::move(waiters_);
        while (!waiters.empty()) {
            Promise<>& waiter = waiters.pop().promise;
            error ? waiter.fail(error) : waiter.resolve();
        }
    }

    Deferred<> when_done() {
        if (over_) {
            return failure_ ? Deferred<>::fail(failure_) : Deferred<>::succeed();
        }
        return waiters_.add();
    }

    [[nodiscard]] bool over() const noexcept { return over_; }

private:
    void stepped(bool more) {
        if (more) {
            go_on();
        } else {
            end(nullptr);
        }
    }

    void wait_for(Deferred<bool> more) {
        waiting_ = true;
        Deferred<> result = std::move(more).then([this](bool any) {
            waiting_ = false;
            stepped(any);
        });
        result =
            std::move(result).recover([this](std::exception_ptr error) { end(std::move(error)); });
        if (waiting_) { // else it had its result already
            result_ = std::move(result);
        }
    }

    void go_on() {
        if (!over_ && !waiting_ && pauses_ == 0 && !Waiting::listed()) {
            work_.ready(*this);
        }
    }

    Cooperator::Work& work_; // lives until we are over
    Cooperator::Step step_;
    Deferred<> result_;                 // of the step that is waited for
    detail::WaitingList<void> waiters_; // for the end
    std::exception_ptr failure_;
    std::size_t pauses_ = 0;
    bool waiting_ = false;
    bool over_ = false;
};

void Cooperator::Work::add(CooperativeTask::State& task) {
    all_.push_back(task);
    ready(task);
}

void Cooperator::Work::ready(CooperativeTask::State& task) {
    ready_.push_back(task);
    if (!slicing_) {
        ask_for_slice();
    }
}

void Cooperator::Work::ask_for_slice() {
    if (!ready_.empty() && !next_slice_.active()) {
        next_slice_ = clock_.call_later(std::chrono::nanoseconds::zero(), [this] { slice(); });
    }
}

void Cooperator::Work::slice() {
    const std::shared_ptr<Work> self = shared_from_this(); // a step may drop the Cooperator
    const Clock::time_point end = time_() + budget_;
    slicing_ = true;
    do {
        if (!ready_.empty()) {
            ready_.pop_front().make_step();
        }
    } while (!ready_.empty() && time_() < end);
    slicing_ = false;
    ask_for_slice();
}

void Cooperator::Work::end() noexcept {
    while (!all_.empty()) {
        const std::shared_ptr<CooperativeTask::State> task = all_.front().shared_from_this();
        task->end(std::make_exception_ptr(Error(Errc::abandoned, "cooperating")), false);
    }
    next_slice_.cancel();
}

Cooperator::Cooperator(Clock& clock, std::chrono::nanoseconds budget, TimeSource time)
    : work_(std::make_shared<Work>(clock, budget, time)) {}

Cooperator::~Cooperator() {
    work_->end();
}

CooperativeTask Cooperator::begin(Step step) {
    auto state = std::make_shared<CooperativeTask::State>(*work_, std::move(step));
    work_->add(*state);
    return CooperativeTask(std::move(state));
}

CooperativeTask::CooperativeTask() noexcept = default;
CooperativeTask::CooperativeTask(std::shared_ptr<State> state) noexcept
    : state_(std::move(state)) {}
CooperativeTask::CooperativeTask(CooperativeTask&& other) noexcept = default;

CooperativeTask& CooperativeTask::operator=(CooperativeTask&& other) noexcept {
    if (this != &other) {
        const CooperativeTask before(std::exchange(state_, std::move(other.state_)));
    }
    return *this;
}

CooperativeTask::~CooperativeTask() {
    if (const std::shared_ptr<State> state = std::move(state_)) {
        state->end(std::make_exception_ptr(Error(Errc::canceled, "cooperating")), false);
    }
}

void CooperativeTask::pause() {
    if (!running()) {
        throw Error(Errc::not_running, "cannot pause a task");
    }
    state_->pause();
}

void CooperativeTask::resume() {
    if (state_) {
        state_->resume();
    }
}

void CooperativeTask::stop() {
    if (!running()) {
        throw Error(Errc::not_running, "cannot stop a task");
    }
    const std::shared_ptr<State> state = state_;
    state->end(std::make_exception_ptr(Error(Errc::canceled, "cooperating")), false);
}

Deferred<> CooperativeTask::when_done() {
    if (!state_) {
        throw std::logic_error("there is no task to wait for");
    }
    return state_->when_done();
}

bool CooperativeTask::running() const noexcept {
    return state_ && !state_->over();
}

} // namespace hawser
