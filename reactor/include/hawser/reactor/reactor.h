// SPDX-License-Identifier: MIT
/// \file
/// Reactor, the loop: it watches sockets, timers, signals and threads, and calls protocols.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/limits.h>
#include <hawser/core/network.h>
#include <hawser/core/unique_function.h>

#include <chrono>
#include <memory>

namespace hawser {

namespace detail {
class Loop;
}

/// What a Reactor is made with. A negative time, or a low mark above the high one, throws
/// std::errc::invalid_argument; more than a year is a year.
struct ReactorOptions {
    /// SIGINT and SIGTERM stop run(); a second one ends it at once. Off: the program's own
    /// handlers stay as they are.
    bool handle_signals = true;
    /// How long stop() waits for queues to be sent; what is left then is reset.
    std::chrono::milliseconds drain_timeout{10000};
    /// How long a listener that cannot accept waits before it tries again.
    std::chrono::milliseconds accept_pause{100};
    /// How long we still read, and drop, what a peer sends whom lose_connection() met in the
    /// middle of sending: to close at once would be a reset, and cost it our last words.
    std::chrono::milliseconds linger_time{2000};
    TransportLimits limits{}; ///< Of every connection.
};

/// One loop, for one thread. There is no global one, and a program may have several.
///
/// Its destructor closes what is left: connections are told connection_lost(Errc::aborted), and
/// a warning says how many there were. Listeners, Timers and Deferreds that outlive it do nothing
/// any more.
class HAWSER_API Reactor final : public Clock, public Network {
public:
    explicit Reactor(ReactorOptions options = {});
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    ~Reactor() override;

    /// Turns until stop(), SIGINT or SIGTERM, and the draining that follows. May be called again
    /// afterwards. Precondition: not called from a callback.
    void run();

    enum class Wait : bool { no, yes };
    /// One turn, for a program with a loop of its own: does what is due, and with Wait::yes
    /// sleeps until something is. What callbacks wrote has left when it returns.
    void run_once(Wait wait = Wait::no);

    /// Ends run() in good order: listeners close at once; every connection sends its queue and
    /// closes, or is reset after ReactorOptions::drain_timeout; then run() returns. Until it does
    /// nothing new begins: listen() throws, connect() fails with Errc::canceled. Throws
    /// Errc::not_running unless run() runs and was not stopped yet.
    void stop();

    /// True from the start of run() to its stop().
    [[nodiscard]] bool running() const noexcept;

    [[nodiscard]] time_point now() const noexcept override;
    [[nodiscard]] Timer call_later(std::chrono::nanoseconds delay,
                                   UniqueFunction<void()> call) override;

    /// Calls \p call from the loop, in the order of these calls; before run() too. An exception
    /// from it is reported. Thread-safe, the one function here that is.
    void call_from_thread(UniqueFunction<void()> call);

    /// Calls \p call once run() has begun; from the next turn if it has.
    void when_running(UniqueFunction<void()> call);

    [[nodiscard]] Listener listen(const Endpoint& endpoint,
                                  std::shared_ptr<Factory> factory) override;
    using Network::connect;
    [[nodiscard]] Deferred<Protocol*> connect(const Endpoint& endpoint,
                                              std::shared_ptr<Factory> factory) override;

    /// Makes standard input and output one connection, with \p protocol; lose_connection() ends
    /// it and leaves the descriptors open. Once in a process, as they are there once. Throws when
    /// they are not open.
    void attach_stdio(std::unique_ptr<Protocol> protocol);

private:
    std::unique_ptr<detail::Loop> loop_;
};

} // namespace hawser
