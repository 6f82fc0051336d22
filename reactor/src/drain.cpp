// SPDX-License-Identifier: MIT
#include "drain.h"

#include "connector.h"
#include "datagram_socket.h"
#include "loop.h"
#include "loop_transport.h"
#include "socket_listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hawser {

namespace detail {

void Drain::begin(std::chrono::milliseconds deadline) {
    const Clock::time_point at = loop_.now() + deadline;
    if (active() && at >= deadline_) {
        return;
    }
    deadline_ = at;
    timer_ = loop_.timers().add(deadline, [this] {
        late_ = true;
        reset_all();
    });
    if (!active()) {
        phase_ = Phase::listeners;
        served_ = late_ = false;
        report_ = {};
        loop_.armed();
    }
}

Deferred<DrainReport> Drain::report() {
    return waiting_.emplace_back().deferred();
}

bool Drain::step() noexcept {
    if (phase_ == Phase::listeners) {
        if (!loop_.listeners.empty() || !loop_.ports.empty()) {
            // Factories are told in the close callbacks, and may still speak to their members.
            served_ = served_ || !loop_.listeners.empty();
            loop_.listeners.for_each([](SocketListener& listener) { listener.stop(); });
            loop_.ports.for_each([](DatagramSocket& port) { port.stop_listening(); });
            return true;
        }
        phase_ = Phase::connections;
        loop_.cancel_connectors();
        tell_connections();
        loop_.processes.for_each([this](ChildProcess& process) {
            ++report_.processes;
            process.finish();
        });
        if (late_) {
            reset_all();
        }
    }
    if (phase_ == Phase::connections && due()) {
        finish();
        return true;
    }
    return !loop_.turn().idle();
}

bool Drain::due() const noexcept {
    return phase_ == Phase::listeners ||
           (phase_ == Phase::connections && loop_.transports.empty() && loop_.processes.empty());
}

void Drain::tell_connections() noexcept {
    loop_.transports.for_each([this](LoopTransport& transport) {
        ++report_.closed;
        transport.stopping();
    });
}

void Drain::reset_all() noexcept {
    if (phase_ == Phase::connections) {
        loop_.transports.for_each([this](LoopTransport& transport) {
            if (!transport.finished()) {
                ++report_.reset;
                --report_.closed;
            }
            transport.abort_connection(Errc::timed_out);
            transport.hurry();
        });
        loop_.processes.for_each([this](ChildProcess& process) {
            report_.killed += process.exited() ? 0 : 1;
            process.cut();
        });
    }
}

void Drain::finish() noexcept {
    timer_.cancel();
    phase_ = Phase::none;
    loop_.stop_factories();
    if (report_.closed + report_.reset > 0) {
        // A server's operator wants to know; a client's user has nothing to learn from it.
        log(report_.reset > 0 ? LogLevel::warning
            : served_         ? LogLevel::info
                              : LogLevel::debug,
            "reactor",
            fmt::format("stopped; connections closed: {}, reset: {}", report_.closed,
                        report_.reset));
    }
    if (report_.processes > 0) {
        log(report_.killed > 0 ? LogLevel::warning : LogLevel::debug, "reactor",
            fmt::format("stopped; processes ended: {}, killed: {}",
                        report_.processes - report_.killed, report_.killed));
    }
    const DrainReport report = report_;
    for (Promise<DrainReport>& promise : std::exchange(waiting_, {})) {
        promise.resolve(report);
    }
}

void Drain::end() noexcept {
    phase_ = Phase::none;
    timer_.cancel();
    for (Promise<DrainReport>& promise : std::exchange(waiting_, {})) {
        promise.fail(Errc::canceled, "draining");
    }
}

} // namespace detail

Deferred<DrainReport> drain(Reactor& reactor, std::chrono::milliseconds deadline) {
    detail::Drain& drain = detail::loop_of(reactor).drain();
    if (deadline < std::chrono::milliseconds::zero()) {
        throw Error(std::make_error_code(std::errc::invalid_argument),
                    "cannot drain until a time that has passed");
    }
    drain.begin(std::min<std::chrono::milliseconds>(deadline, std::chrono::hours(24 * 365)));
    return drain.report();
}

} // namespace hawser
