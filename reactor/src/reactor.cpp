// SPDX-License-Identifier: MIT
#include <hawser/reactor/reactor.h>

#include "connector.h"
#include "datagram_socket.h"
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

detail::Loop& detail::loop_of(Reactor& reactor) noexcept {
    return *reactor.loop_;
}

Reactor::Reactor(ReactorOptions options)
    : loop_(std::make_unique<detail::Loop>(*this, checked(options))) {}

Reactor::~Reactor() {
    loop_->end();
}

void Reactor::run() {
    loop_->run();
}

void Reactor::start_running() {
    loop_->start_running();
}

bool Reactor::run_once(Wait wait) {
    return loop_->run_once(wait == Wait::yes);
}

int Reactor::descriptor() const noexcept {
    return loop_->descriptor();
}

std::optional<std::chrono::milliseconds> Reactor::timeout() const noexcept {
    return loop_->timeout();
}

void Reactor::when_armed(UniqueFunction<void()> call) {
    loop_->when_armed(std::move(call));
}

void Reactor::stop() {
    loop_->life_cycle().stop();
}

bool Reactor::running() const noexcept {
    return loop_->life_cycle().running();
}

bool Reactor::stopped() const noexcept {
    return loop_->life_cycle().stopped();
}

bool Reactor::turning() const noexcept {
    return loop_->turning();
}

bool Reactor::idle() const noexcept {
    return loop_->idle();
}

std::uint64_t Reactor::turns() const noexcept {
    return loop_->turns();
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

ThreadPool& Reactor::thread_pool() noexcept {
    return loop_->thread_pool();
}

void Reactor::when_running(UniqueFunction<void()> call) {
    loop_->life_cycle().when_running(std::move(call));
}

Listener Reactor::listen(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        return kinds().of(endpoint).listen(*this, endpoint, std::move(factory));
    }
    return detail::SocketListener::listen(*loop_, endpoint, std::move(factory));
}

Deferred<Protocol*> Reactor::connect(const Endpoint& endpoint, std::shared_ptr<Factory> factory) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        return kinds().of(endpoint).connect(*this, endpoint, std::move(factory));
    }
    return detail::Connector::connect(*loop_, endpoint, std::move(factory));
}

Listener Reactor::bind(const Endpoint& endpoint, std::unique_ptr<DatagramProtocol> protocol) {
    if (endpoint.kind() == Endpoint::Kind::registered) {
        return kinds().of(endpoint).bind(*this, endpoint, std::move(protocol));
    }
    return detail::DatagramSocket::bind(*loop_, endpoint, std::move(protocol));
}

EndpointKinds& Reactor::kinds() noexcept {
    return loop_->kinds();
}

Resolver& Reactor::resolver() {
    return loop_->resolver();
}

void Reactor::set_resolver(std::unique_ptr<Resolver> resolver) {
    loop_->set_resolver(std::move(resolver));
}

void Reactor::attach_stdio(std::unique_ptr<Protocol> protocol) {
    detail::StdioTransport::start_soon(*loop_, std::move(protocol));
}

} // namespace hawser
