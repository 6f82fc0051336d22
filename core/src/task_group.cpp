// SPDX-License-Identifier: MIT
#include <hawser/core/task_group.h>

#include <hawser/core/log.h>

#include <cassert>
#include <list>
#include <optional>
#include <string>
#include <utility>

namespace hawser {

namespace {

void report(std::string_view what, const std::exception_ptr& error) {
    log(LogLevel::error, "task group", std::string(what) + message_of(error));
}

} // namespace

class TaskGroup::Core : public std::enable_shared_from_this<Core> {
public:
    void add(Deferred<> task) {
        const auto self = shared_from_this();
        const auto at = tasks_.emplace(next_to_cancel_); // a cancel that is at it leaves it to us
        auto running = std::move(task).then(
            [this, at] { ended(at, nullptr); },
            [this, at](std::exception_ptr error) { ended(at, std::move(error)); });
        if (running.settled() || closed_) {
            return; // it had ended already, and may have destroyed the group
        }
        *at = std::move(running);
        if (canceled_) {
            at->cancel();
        }
    }

    void cancel() {
        if (std::exchange(canceled_, true)) {
            return;
        }
        const auto self = shared_from_this();
        next_to_cancel_ = tasks_.begin();
        while (next_to_cancel_ != tasks_.end()) {
            const Task task = next_to_cancel_++;
            task->cancel();
        }
    }

    Deferred<> join() {
        assert(!joining_);
        if (tasks_.empty()) {
            const std::exception_ptr error = take_failure();
            return error ? Deferred<>::fail(error) : Deferred<>::succeed();
        }
        Deferred<> result = joining_.emplace().deferred();
        joining_->on_cancel([this] {
            joining_.reset();
            cancel();
        });
        return result;
    }

    void close() {
        closed_ = true;
        next_to_cancel_ = tasks_.end();
        const std::optional<Promise<>> joining = std::exchange(joining_, std::nullopt);
        { const std::list<Deferred<>> dropped = std::move(tasks_); }
        if (failure_) {
            report("unhandled failure: ", failure_);
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return tasks_.size(); }

private:
    using Task = std::list<Deferred<>>::iterator;

    /// The last thing a task does.
    void ended(Task task, std::exception_ptr error) {
        const auto self = shared_from_this();
        if (next_to_cancel_ == task) {
            ++next_to_cancel_;
        }
        tasks_.erase(task);
        if (error && !(canceled_ && code_of(error) == Errc::canceled)) {
            if (failure_) {
                report("another task failed: ", error);
            } else {
                failure_ = std::move(error);
                cancel();
            }
        }
        if (tasks_.empty() && joining_) {
            Promise<> joining = *std::exchange(joining_, std::nullopt);
            const std::exception_ptr failure = take_failure();
            failure ? joining.fail(failure) : joining.resolve();
        }
    }

    std::exception_ptr take_failure() {
        canceled_ = false;
        return std::exchange(failure_, nullptr);
    }

    std::list<Deferred<>> tasks_;
    Task next_to_cancel_ = tasks_.end(); // the end: no cancel is at it
    std::optional<Promise<>> joining_;
    std::exception_ptr failure_; // the first, until a join() takes it
    bool canceled_ = false;
    bool closed_ = false; // the group is gone
};

TaskGroup::TaskGroup() : core_(std::make_shared<Core>()) {}

TaskGroup::~TaskGroup() {
    core_->close();
}

void TaskGroup::add(Deferred<> task) {
    core_->add(std::move(task));
}

void TaskGroup::cancel() {
    core_->cancel();
}

Deferred<> TaskGroup::join() {
    return core_->join();
}

std::size_t TaskGroup::size() const noexcept {
    return core_->size();
}

} // namespace hawser
