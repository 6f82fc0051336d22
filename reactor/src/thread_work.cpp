// SPDX-License-Identifier: MIT
#include <hawser/reactor/detail/thread_work.h>

#include "loop.h"

#include <utility>

namespace hawser::detail {

LoopBound::~LoopBound() = default;

/// Whether it was called or not, its end brings the work back to the loop.
class ThreadWork::Run {
public:
    Run(std::shared_ptr<ThreadWork> work, std::shared_ptr<Posts> posts) noexcept
        : work_(std::move(work)), posts_(std::move(posts)) {}
    Run(Run&&) noexcept = default;
    Run& operator=(Run&&) = delete;
    ~Run() {
        if (work_) {
            posts_->add([work = std::move(work_)] { work->finish(); });
        }
    }

    void operator()() { work_->call(); }

private:
    std::shared_ptr<ThreadWork> work_;
    std::shared_ptr<Posts> posts_;
};

void ThreadWork::start(const std::shared_ptr<ThreadWork>& work, Reactor& reactor,
                       ThreadPool& pool) {
    Loop& loop = loop_of(reactor);
    loop.bound.push_back(*work);
    loop.armed(); // whoever sleeps must not take it for idle
    work->self_ = work;
    try {
        if (loop.ended()) {
            throw Error(Errc::canceled, "cannot call in a thread");
        }
        work->ticket_ = pool.call_in_thread(Run(work, loop.posts()));
    } catch (...) {
        work->stop_waiting(std::current_exception());
    }
}

void ThreadWork::loop_ends() noexcept {
    take_back();
    stop_waiting(std::make_exception_ptr(Error(Errc::canceled, "waiting for a thread")));
}

void ThreadWork::finish() {
    if (const std::shared_ptr<ThreadWork> self = std::move(self_)) { // still waited for
        leave();
        deliver();
    }
}

void ThreadWork::stop_waiting(std::exception_ptr error) {
    const std::shared_ptr<ThreadWork> self = std::move(self_);
    leave();
    fail(std::move(error));
}

/// Dropped without being called, by a loop that ends, it is done too.
class BlockingWork::Ask {
public:
    explicit Ask(std::shared_ptr<BlockingWork> work) noexcept : work_(std::move(work)) {}
    Ask(Ask&&) noexcept = default;
    Ask& operator=(Ask&&) = delete;
    ~Ask() {
        if (work_) {
            work_->set_done();
        }
    }

    void operator()() {
        const std::shared_ptr<BlockingWork> work = std::move(work_);
        work->begin(work);
    }

private:
    std::shared_ptr<BlockingWork> work_;
};

BlockingWork::BlockingWork(Reactor& reactor) noexcept : loop_(loop_of(reactor)) {}

void BlockingWork::wait_for_loop(const std::shared_ptr<BlockingWork>& work) {
    if (work->loop_.posts()->here()) {
        throw Error(std::make_error_code(std::errc::resource_deadlock_would_occur),
                    "cannot wait for the reactor on its own thread");
    }
    work->loop_.posts()->add(Ask(work));
    std::unique_lock lock(work->mutex_);
    work->news_.wait(lock, [&] { return work->done_; });
}

void BlockingWork::bind(std::shared_ptr<BlockingWork> self) {
    loop_.bound.push_back(*this);
    self_ = std::move(self);
}

void BlockingWork::end() noexcept {
    leave();
    const std::shared_ptr<BlockingWork> self = std::move(self_);
    set_done();
}

void BlockingWork::set_done() noexcept {
    const std::lock_guard lock(mutex_);
    done_ = true;
    news_.notify_one();
}

} // namespace hawser::detail
