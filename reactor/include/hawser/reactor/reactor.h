// SPDX-License-Identifier: MIT
/// \file
/// Reactor, the loop: it watches sockets, timers, signals and threads, and calls protocols.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/limits.h>
#include <hawser/core/network.h>
#include <hawser/core/resolver.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/thread_pool.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hawser {

class Reactor;

namespace detail {
class Loop;
Loop& loop_of(Reactor& reactor) noexcept; // for what is part of a Reactor, in headers of its own
} // namespace detail

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
    TransportLimits limits{};        ///< Of every connection.
    ThreadPoolOptions thread_pool{}; ///< Of defer_to_thread(): 10 threads at most.
    /// Whom to ask for host names: `192.0.2.1:5353,[2001:db8::1]:53`. Empty: the name servers of
    /// the system, resolv.conf(5). Of no use to another resolver, see Reactor::set_resolver().
    std::string name_servers{};
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
    /// afterwards. Throws Errc::already_running inside itself or run_once().
    void run();

    enum class Wait : bool { no, yes };
    /// One turn, for a program with a loop of its own: does what is due, and with Wait::yes
    /// sleeps until something is. What callbacks wrote has left when it returns. False when a
    /// stop() has come to its end in this turn. Throws Errc::already_running inside itself or
    /// run(): a loop that a callback runs cannot turn the reactor.
    bool run_once(Wait wait = Wait::no);

    /// What a loop of the program's own watches for reading (poll(2), epoll(7)): with Wait::no,
    /// run_once() has then something to do. The same as long as the Reactor lives; never to be
    /// read, written or closed.
    [[nodiscard]] int descriptor() const noexcept;

    /// How long that loop may sleep, as long as descriptor() is not readable, until run_once() must
    /// be called. Zero: not at all. Nothing: as long as it likes. To be asked before each sleep,
    /// because whatever is asked of the Reactor or of a transport may change the answer; a loop
    /// that cannot has when_armed().
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeout() const noexcept;

    /// Has \p call made when something outside run_once() makes what timeout() has said too long: a
    /// write, a call_later(), a listen(). Once until timeout() or run_once() is called again.
    /// It is made from inside of what was asked: it may only take note, and must not throw. Null:
    /// nobody is told. What other threads ask makes descriptor() readable instead.
    void when_armed(UniqueFunction<void()> call);

    /// What run() begins with, for a program that calls run_once(): the triggers of the start and
    /// the calls of when_running(); stop() may be called from here on, and is done when run_once()
    /// returns false. So `start_running(); while (run_once(Wait::yes));` is run() without its
    /// signals. Precondition: neither this nor run() goes on.
    void start_running();

    /// Ends run() in good order: before_shutdown triggers are called and waited for; listeners
    /// close; every protocol is told stop_requested(), sends its queue and closes, or is reset
    /// after ReactorOptions::drain_timeout; then run() returns. While they close nothing new
    /// begins: listen() and connect() throw, the latter Errc::canceled. Throws Errc::not_running
    /// when it is stopped().
    void stop();

    /// True from the start of run() to its stop(), or until the before_shutdown triggers are done
    /// if there are any: see system_event.h.
    [[nodiscard]] bool running() const noexcept;

    /// False from the start of run() to stop(), or the signal in its place, alone. Whoever may not
    /// be the first asks this: `if (!reactor.stopped()) reactor.stop();`.
    [[nodiscard]] bool stopped() const noexcept;

    /// True inside run() and run_once(), so in every callback.
    [[nodiscard]] bool turning() const noexcept;

    /// True when there is nothing to turn for: no listener, connection or attempt, no datagram
    /// socket, process, scheduled call or call of another thread, none in a thread.
    [[nodiscard]] bool idle() const noexcept;

    /// How often the loop has turned so far: a figure to watch it by.
    [[nodiscard]] std::uint64_t turns() const noexcept;

    [[nodiscard]] time_point now() const noexcept override;
    [[nodiscard]] Timer call_later(std::chrono::nanoseconds delay,
                                   UniqueFunction<void()> call) override;

    /// Calls \p call from the loop, in the order of these calls; before run() too. An exception
    /// from it is reported. Thread-safe, the one function here that is; blocking_call_from_thread()
    /// is the one that waits.
    void call_from_thread(UniqueFunction<void()> call);

    /// Runs \p call on a thread of thread_pool(), for what blocks or computes for long; gives a
    /// Deferred of what it returns or throws. See the function of the same name for the rest.
    template <class F>
    [[nodiscard]] auto defer_to_thread(F call);

    [[nodiscard]] ThreadPool& thread_pool() noexcept;

    /// Calls \p call once run() has begun; from the next turn if it has.
    void when_running(UniqueFunction<void()> call);

    [[nodiscard]] Listener listen(const Endpoint& endpoint,
                                  std::shared_ptr<Factory> factory) override;
    using Network::connect;
    [[nodiscard]] Deferred<Protocol*> connect(const Endpoint& endpoint,
                                              std::shared_ptr<Factory> factory) override;
    [[nodiscard]] Listener bind(const Endpoint& endpoint,
                                std::unique_ptr<DatagramProtocol> protocol) override;
    /// `haproxy:` is there from the start.
    [[nodiscard]] EndpointKinds& kinds() noexcept override;

    /// What connect() asks for host names. Unless set, one that asks name servers (c-ares), on the
    /// loop; it knows hosts(5), and `localhost` without asking anybody.
    [[nodiscard]] Resolver& resolver();
    /// Takes \p resolver in its place. Look-ups that the one before has under way fail, and with
    /// them their attempts to connect. Precondition: not null.
    void set_resolver(std::unique_ptr<Resolver> resolver);

    /// Makes standard input and output one connection, with \p protocol; lose_connection() ends
    /// it and leaves the descriptors open. Once in a process, as they are there once. Throws when
    /// they are not open.
    void attach_stdio(std::unique_ptr<Protocol> protocol);

private:
    friend detail::Loop& detail::loop_of(Reactor& reactor) noexcept;

    std::unique_ptr<detail::Loop> loop_;
};

} // namespace hawser

#include <hawser/reactor/defer_to_thread.h>
