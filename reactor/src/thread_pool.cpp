// SPDX-License-Identifier: MIT
#include <hawser/reactor/thread_pool.h>

#include "loop.h"
#include "signals_blocked.h"

#include <hawser/core/error.h>

#include <pthread.h>

#include <cassert>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace hawser {

namespace {

using detail::guarded;
using detail::SignalsBlocked;

std::size_t checked(std::size_t threads) {
    if (threads == 0) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot make a pool of no threads");
    }
    return threads;
}

} // namespace

struct ThreadPool::State {
    using Calls = std::map<std::uint64_t, UniqueFunction<void()>>; // by ticket: the oldest first

    static void start_thread(const std::shared_ptr<State>& state);
    void work();
    void forget_ended(std::unique_lock<std::mutex>& lock);

    mutable std::mutex mutex; // guards all below
    std::condition_variable news;
    std::condition_variable ending;
    Calls queue;
    std::uint64_t next = 1;
    std::size_t size = 0;
    std::size_t limit = 0; // of the queue
    std::size_t idle = 0;  // threads that wait for a call
    bool closed = false;
    std::map<std::thread::id, std::thread> threads;
    std::vector<std::thread> ended; // by themselves: to be joined
};

void ThreadPool::State::start_thread(const std::shared_ptr<State>& state) {
    const SignalsBlocked blocked;
    std::thread thread([state] {
        pthread_setname_np(pthread_self(), "hawser-pool");
        state->work();
    });
    const std::thread::id id = thread.get_id();
    state->threads.emplace(id, std::move(thread));
}

void ThreadPool::State::work() {
    std::unique_lock lock(mutex);
    while (true) {
        ++idle;
        news.wait(lock, [&] { return !queue.empty() || closed || threads.size() > size; });
        --idle;
        if (queue.empty() || threads.size() > size) {
            break;
        }
        auto first = queue.extract(queue.begin());
        lock.unlock();
        guarded("a call in a thread", first.mapped());
        first = {}; // what it captured goes here, without the lock
        lock.lock();
    }
    const auto self = threads.find(std::this_thread::get_id());
    ended.push_back(std::move(self->second));
    threads.erase(self);
    news.notify_one(); // what woke us may have been meant for another
    ending.notify_all();
}

void ThreadPool::State::forget_ended(std::unique_lock<std::mutex>& lock) {
    std::vector<std::thread> over;
    over.swap(ended);
    lock.unlock();
    for (std::thread& thread : over) {
        thread.join();
    }
    lock.lock();
}

ThreadPool::ThreadPool(ThreadPoolOptions options) : state_(std::make_shared<State>()) {
    state_->size = checked(options.threads);
    state_->limit = options.queue;
}

ThreadPool::~ThreadPool() {
    close();
    join();
}

ThreadPool::Ticket ThreadPool::call_in_thread(UniqueFunction<void()> call) {
    std::unique_lock lock(state_->mutex);
    state_->forget_ended(lock);
    if (state_->closed) {
        throw Error(Errc::canceled, "cannot call in a thread of a closed pool");
    }
    const bool one_is_free =
        state_->idle > state_->queue.size() || state_->threads.size() < state_->size;
    if (!one_is_free && state_->queue.size() >= state_->limit) {
        throw Error(std::make_error_code(std::errc::resource_unavailable_try_again),
                    "cannot call in a thread: the queue is full");
    }
    const std::uint64_t number = state_->next++;
    state_->queue.emplace(number, std::move(call));
    if (state_->queue.size() > state_->idle && state_->threads.size() < state_->size) {
        try {
            State::start_thread(state_);
        } catch (const std::system_error& error) {
            if (state_->threads.empty()) { // else it waits for one of those
                call = std::move(state_->queue.extract(number).mapped());
                throw Error(error.code(), "cannot start a thread");
            }
        }
    }
    state_->news.notify_one();
    return Ticket(state_, number);
}

void ThreadPool::set_size(std::size_t threads) {
    const std::lock_guard lock(state_->mutex);
    state_->size = checked(threads);
    for (std::size_t wanted = state_->queue.size();
         wanted > state_->idle && state_->threads.size() < state_->size; --wanted) {
        State::start_thread(state_);
    }
    state_->news.notify_all();
}

void ThreadPool::close() noexcept {
    State::Calls dropped; // destroyed last, without the lock
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    dropped.swap(state_->queue);
    state_->news.notify_all();
}

void ThreadPool::join() noexcept {
    std::unique_lock lock(state_->mutex);
    assert(state_->closed && !state_->threads.contains(std::this_thread::get_id()));
    state_->ending.wait(lock, [&] { return state_->threads.empty(); });
    state_->forget_ended(lock);
}

std::size_t ThreadPool::size() const noexcept {
    const std::lock_guard lock(state_->mutex);
    return state_->size;
}

std::size_t ThreadPool::threads() const noexcept {
    const std::lock_guard lock(state_->mutex);
    return state_->threads.size();
}

std::size_t ThreadPool::waiting() const noexcept {
    const std::lock_guard lock(state_->mutex);
    return state_->queue.size();
}

ThreadPool::Ticket::Ticket(std::weak_ptr<State> state, std::uint64_t number) noexcept
    : state_(std::move(state)), number_(number) {}

bool ThreadPool::Ticket::take_back() noexcept {
    const std::shared_ptr<State> state = state_.lock();
    if (!state) {
        return false;
    }
    State::Calls::node_type call; // destroyed last, without the lock
    const std::lock_guard lock(state->mutex);
    call = state->queue.extract(number_);
    return !call.empty();
}

} // namespace hawser
