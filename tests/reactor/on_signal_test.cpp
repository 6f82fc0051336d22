// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/reactor/signal.h>
#include <hawser/testing/log_capture.h>

#include <csignal>
#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::on_signal;
using hawser::Reactor;
using hawser::Trigger;

namespace {

using Handler = void (*)(int);

Handler handler_of(int number) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    return action.sa_handler;
}

void hosts_own(int) {}

/// The program's own handler for SIGHUP, for as long as it lives.
struct HostHandler {
    HostHandler() { ::signal(SIGHUP, hosts_own); }
    HostHandler(const HostHandler&) = delete;
    HostHandler& operator=(const HostHandler&) = delete;
    ~HostHandler() { ::signal(SIGHUP, SIG_DFL); }
};

void send(int number) {
    ::kill(::getpid(), number);
}

} // namespace

TEST_SUITE_BEGIN("on_signal");

TEST_CASE("all calls for a signal are made, in whatever reactor they are") {
    Reactor one(no_signals());
    Reactor other(no_signals());
    int called = 0;
    const Trigger first = on_signal(one, SIGHUP, [&] { ++called; });
    const Trigger second = on_signal(one, SIGHUP, [&] { ++called; });
    const Trigger third = on_signal(other, SIGHUP, [&] { ++called; });
    const Trigger another = on_signal(other, SIGUSR1, [&] { called += 100; });

    send(SIGHUP);

    CHECK(called == 0); // from the loop
    CHECK(turn_until(one, [&] {
        other.run_once();
        return called == 3;
    }));
}

TEST_CASE("the program's own handler is put back with the last, in any order") {
    const HostHandler host;
    {
        Reactor one(no_signals());
        Reactor other(no_signals());
        auto first = std::make_unique<Trigger>(on_signal(one, SIGHUP, [] {}));
        const Trigger second = on_signal(other, SIGHUP, [] {});
        CHECK((handler_of(SIGHUP) != hosts_own));
        first.reset();
        CHECK((handler_of(SIGHUP) != hosts_own));
    }
    CHECK((handler_of(SIGHUP) == hosts_own));
}

TEST_CASE("run() puts the program's own handlers back") {
    Reactor reactor;
    ::signal(SIGTERM, hosts_own);
    reactor.when_running([&] {
        CHECK((handler_of(SIGTERM) != hosts_own));
        send(SIGTERM);
    });

    CHECK(runs(reactor));

    CHECK((handler_of(SIGTERM) == hosts_own));
    ::signal(SIGTERM, SIG_DFL);
}

TEST_CASE("a call may drop its own trigger and that of another") {
    Reactor reactor(no_signals());
    int called = 0;
    std::vector<Trigger> triggers;
    for (int i = 0; i < 3; ++i) {
        triggers.push_back(on_signal(reactor, SIGHUP, [&] {
            ++called;
            triggers.clear();
        }));
    }

    send(SIGHUP);

    CHECK(turn_until(reactor, [&] { return called > 0; }));
    turn_a_little(reactor);
    CHECK(called == 1);
    CHECK((handler_of(SIGHUP) == SIG_DFL));
}

TEST_CASE("a call that throws is reported, and called again") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    const Trigger trigger =
        on_signal(reactor, SIGHUP, [] { throw std::runtime_error("out of cheese"); });
    for (std::size_t count = 1; count <= 2; ++count) {
        send(SIGHUP);
        CHECK(turn_until(
            reactor, [&] { return log.count("a signal's call threw: out of cheese") == count; }));
    }
}

TEST_CASE("what cannot be watched is an error that names it") {
    Reactor reactor(no_signals());
    CHECK_THROWS_WITH(static_cast<void>(on_signal(reactor, SIGKILL, [] {})),
                      "cannot watch signal 9 (KILL): invalid argument");
    CHECK_THROWS_WITH(static_cast<void>(on_signal(reactor, 1000, [] {})),
                      "cannot watch signal 1000: invalid argument");
    CHECK_THROWS_AS(static_cast<void>(on_signal(reactor, 0, [] {})), hawser::Error);
}

TEST_CASE("a trigger that outlives its reactor does nothing, and the handler is back") {
    const HostHandler host;
    Trigger trigger;
    {
        Reactor reactor(no_signals());
        trigger = on_signal(reactor, SIGHUP, [] { FAIL_CHECK("called"); });
    }
    CHECK_FALSE(trigger.active());
    CHECK((handler_of(SIGHUP) == hosts_own));
}

TEST_SUITE_END();
