// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/testing/log_capture.h>

#include <csignal>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;
using hawser::ReactorOptions;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

volatile std::sig_atomic_t host_handler_calls = 0;

/// The program's own handler, for as long as it lives.
class HostHandler {
public:
    explicit HostHandler(int number) : number_(number) {
        host_handler_calls = 0;
        struct sigaction action {};
        action.sa_handler = [](int) { host_handler_calls = host_handler_calls + 1; };
        sigaction(number_, &action, &before_);
    }
    HostHandler(const HostHandler&) = delete;
    HostHandler& operator=(const HostHandler&) = delete;
    ~HostHandler() { sigaction(number_, &before_, nullptr); }

private:
    int number_;
    struct sigaction before_ {};
};

void send(int number) {
    ::kill(::getpid(), number);
}

} // namespace

TEST_SUITE_BEGIN("Reactor: signals");

TEST_CASE("SIGINT and SIGTERM stop it, in each run") {
    Reactor reactor;
    for (const int number : {SIGINT, SIGTERM, SIGINT}) {
        CAPTURE(number);
        struct sigaction before {};
        sigaction(number, nullptr, &before);
        const auto timer = reactor.call_later(nanoseconds::zero(), [&] { send(number); });
        CHECK(runs(reactor));

        struct sigaction after {};
        sigaction(number, nullptr, &after);
        CHECK((after.sa_handler == before.sa_handler)); // until the next run()
    }
}

TEST_CASE("between runs a signal means what it means to the program") {
    const HostHandler host(SIGTERM);
    Reactor reactor;

    turn_a_little(reactor); // run_once() watches no signals
    send(SIGTERM);
    turn_a_little(reactor);

    CHECK(host_handler_calls == 1);
}

TEST_CASE("handle_signals off leaves the program's handler in its place") {
    const HostHandler host(SIGTERM);
    Reactor reactor(no_signals());
    bool still_running = false;
    const auto signal = reactor.call_later(nanoseconds::zero(), [&] { send(SIGTERM); });
    const auto stop = reactor.call_later(milliseconds(5), [&] {
        still_running = reactor.running();
        reactor.stop();
    });

    CHECK(runs(reactor));

    CHECK(host_handler_calls == 1);
    CHECK(still_running);
}

TEST_CASE("a signal drains: what was read is answered and what is queued is sent") {
    Reactor reactor;
    Story served;
    const std::string much(2'000'000, 'x');
    served.during = [&](std::string_view event) {
        if (event == "data_received") {
            served.transport->write(much);
            send(SIGTERM);
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    peer.send("request");
    const Every pump(reactor, [&] { peer.pump(); });

    CHECK(runs(reactor));

    peer.pump();
    CHECK((peer.seen() == much));
    CHECK(peer.saw_end());
    CHECK(served.reason == std::error_code());
}

TEST_CASE("a second signal ends at once what a stalled peer holds up") {
    const hawser::testing::LogCapture log;
    ReactorOptions options;
    options.drain_timeout = patience * 2;
    Reactor reactor(options);
    Story served;
    hawser::Timer second;
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write(std::string(8'000'000, 'x'));
            send(SIGTERM);
            second = reactor.call_later(milliseconds(5), [&] {
                CHECK_FALSE(reactor.running());
                CHECK(served.living == 1);
                send(SIGINT);
            });
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());

    CHECK(runs(reactor));

    CHECK(served.reason == hawser::Errc::timed_out);
    peer.pump();
    CHECK(peer.saw_reset());
    CHECK(log.count("stopped; connections closed: 0, reset: 1") == 1);
}

TEST_CASE("two signals in one turn end at once as well") {
    ReactorOptions options;
    options.drain_timeout = patience * 2;
    Reactor reactor(options);
    Story served;
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write(std::string(8'000'000, 'x'));
            send(SIGTERM);
            send(SIGINT);
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const RawPeer peer = RawPeer::connect(listener.address());

    CHECK(runs(reactor));

    CHECK(served.saw("connection_lost"));
}

TEST_SUITE_END();
