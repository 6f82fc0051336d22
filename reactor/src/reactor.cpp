// SPDX-License-Identifier: MIT
#include <hawser/reactor/reactor.h>

#include "connector.h"
#include "loop.h"
#include "socket_listener.h"
#include "stdio_transport.h"

#include <algorithm>
#include <utility>

namespace hawser {

namespace {

// Waits that mean "for ever" must not overflow on their way to nanoseconds.
std::chrono::milliseconds bounded(std::chrono::milliseconds wait) {
    if (wait < std::chrono::milliseconds::zero()) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot make a reactor with a negative time");
    }
    return std::min<std::chrono::milliseconds>(wait, std::chrono::hours(24 * 365));
}

ReactorOptions checked(ReactorOptions options) {
    if (options.limits.write_low_mark > options.limits.write_high_mark) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot make a reactor with its low mark above the high one");
    }
    options.drain_timeout = bounded(options.drain_timeout);
    options.accept_pause = bounded(options.accept_pause);
    options.linger_time = bounded(options.linger_time);
    options.limits.close_timeout = bounded(options.limits.close_timeout);
    return options;
}

} // namespace

Reactor::Reactor(ReactorOptions options)
    : loop_(std::make_unique<detail::Loop>(*this, checked(options))) {}

Reactor::~Reactor() {
    loop_->end();
}

void Reactor::run() {
    loop_->run();
}

void Reactor::run_once(Wait wait) {
    loop_->run_once(wait == Wait::yes);
}

void Reactor::stop() {
    loop_->stop();
}

bool Reactor::running() const noexcept {
    return loop_->running();
}

Clock::time_point Reactor::now() const noexcept {
    return loop_->now();
}

Timer Reactor::call_later(std::chrono::nanoseconds delay, UniqueFunction<void()> call) {
    return loop_->timers().add(delay, std::move(call));
}

void Reactor::call_from_thread(UniqueFunction<void()> call) {
    loop_->call_from_thread(std::move(call));
}

void Reactor::when_running(UniqueFunction<void()> call) {
    loop_->when_running(std::move(call));
}

Listener Reactor::listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    return detail::SocketListener::listen(*loop_, endpoint, std::move(factory));
}

Deferred<Protocol*> Reactor::connect(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    return detail::Connector::connect(*loop_, endpoint, std::move(factory));
}

void Reactor::attach_stdio(std::unique_ptr<Protocol> protocol) {
    detail::StdioTransport::start(*loop_, std::move(protocol));
}

} // namespace hawser
