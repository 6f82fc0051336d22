// SPDX-License-Identifier: MIT
#include <hawser/reactor/reactor_thread.h>

#include "signals_blocked.h"

#include <pthread.h>

#include <exception>
#include <future>

namespace hawser {

struct ReactorThread::Start {
    ReactorOptions options;
    std::promise<void> running;
};

ReactorThread::ReactorThread(ReactorOptions options) {
    options.handle_signals = false; // a thread has none of its own
    Start start{std::move(options), {}};
    std::future<void> running = start.running.get_future();
    {
        const detail::SignalsBlocked blocked;
        thread_ = std::thread([this, &start] { main(start); });
    }
    try {
        running.get();
    } catch (...) {
        thread_.join();
        throw;
    }
}

ReactorThread::~ReactorThread() {
    post([this](Reactor& reactor) { // one call: once it is made, the reactor may go
        ending_ = true;
        if (!reactor.stopped()) {
            reactor.stop();
        }
    });
    thread_.join();
}

void ReactorThread::stop() {
    post([](Reactor& reactor) {
        if (!reactor.stopped()) {
            reactor.stop();
        }
    });
}

void ReactorThread::main(Start& start) {
    pthread_setname_np(pthread_self(), "hawser");
    std::promise<void> running = std::move(start.running);
    try {
        Reactor reactor(std::move(start.options));
        reactor_ = &reactor;
        reactor.when_running([&] { running.set_value(); });
        reactor.run();
        while (!ending_) {
            reactor.run_once(Reactor::Wait::yes); // somebody stopped it, and others may still call
        }
    } catch (...) {
        if (reactor_ != nullptr) {
            throw; // out of memory at best: there is nobody to tell
        }
        running.set_exception(std::current_exception());
    }
}

} // namespace hawser
