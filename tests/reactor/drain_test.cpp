// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Errc;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST_SUITE_BEGIN("Reactor: stop");

TEST_CASE("stop sends every queue to its end, then closes") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    Story served;
    const std::string much(8'000'000, 'x');
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write(much);
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer slow = RawPeer::connect(listener.address());
    RawPeer fast = RawPeer::connect(listener.address());
    const Every pump(reactor, [&] {
        if (reactor.running() && served.count("connection_made") == 2) {
            reactor.stop();
        } else if (!reactor.running()) {
            fast.pump();
            if (fast.saw_end()) {
                slow.pump();
            }
        }
    });

    CHECK(runs(reactor));

    slow.pump();
    CHECK((slow.seen() == much));
    CHECK((fast.seen() == much));
    CHECK(slow.saw_end());
    CHECK(log.count("info reactor: stopped; connections closed: 2, reset: 0") == 1);
}

TEST_CASE("what cannot be sent before drain_timeout is reset, and counted") {
    const hawser::testing::LogCapture log;
    hawser::ReactorOptions options = no_signals();
    options.drain_timeout = milliseconds(20);
    Reactor reactor(options);
    Story served;
    int timed_out = 0;
    served.during = [&](std::string_view event) {
        if (event == "connection_made" && served.count("connection_made") == 2) {
            served.transport->write(std::string(8'000'000, 'x'));
            reactor.stop();
        } else if (event == "connection_lost" && served.reason == Errc::timed_out) {
            ++timed_out;
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const RawPeer quiet = RawPeer::connect(listener.address());
    RawPeer stalled = RawPeer::connect(listener.address());

    CHECK(runs(reactor));

    CHECK(served.count("connection_lost") == 2);
    CHECK(timed_out == 1);
    stalled.pump();
    CHECK(stalled.saw_reset());
    CHECK(log.count("warning reactor: stopped; connections closed: 1, reset: 1") == 1);
}

TEST_CASE("listeners close at once, before the connections are done") {
    Reactor reactor(no_signals());
    Story served;
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write(std::string(8'000'000, 'x'));
            reactor.stop();
        }
    };
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    bool refused = false;
    const Every look(reactor, [&] {
        if (!listener.listening() && served.living == 1) {
            CHECK(served.saw("stop_factory"));
            CHECK_THROWS_AS(RawPeer::connect(listener.address()), std::system_error);
            refused = true;
        }
        if (refused) {
            peer.pump();
        }
    });

    CHECK(runs(reactor));

    CHECK(refused);
    CHECK(peer.seen().size() == 8'000'000);
}

TEST_CASE("attempts to connect are canceled, and may be dropped by each other's callbacks") {
    Reactor reactor(no_signals());
    const RawListener black_hole(hawser::Address::ipv4({127, 0, 0, 1}, 0));
    const RawPeer first = RawPeer::connect(black_hole.address());
    const RawPeer second = RawPeer::connect(black_hole.address());
    const auto where = Endpoint::tcp("127.0.0.1", black_hole.address().port());
    Story client;
    std::vector<Deferred<Protocol*>> attempts;
    std::vector<std::string> failures;
    for (int i = 0; i < 3; ++i) {
        attempts.push_back(reactor.connect(where, telling(client))
                               .recover([&](const std::exception_ptr& error) -> Protocol* {
                                   failures.push_back(hawser::message_of(error));
                                   attempts.clear();
                                   return nullptr;
                               }));
    }
    const auto stop = reactor.call_later(milliseconds(5), [&] { reactor.stop(); });

    CHECK(runs(reactor));

    REQUIRE(failures.size() == 1);
    CHECK(failures[0] == "cannot connect to " + to_string(where) + ": canceled");
    CHECK(client.count("stop_factory") == 3);
}

TEST_CASE("nothing new begins while it drains, so it comes to an end") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    Listener again;
    std::vector<Deferred<Protocol*>> attempts;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const auto where = Endpoint::tcp("127.0.0.1", listener.address().port());
    served.during = [&](std::string_view event) {
        if (event == "stop_factory") {
            CHECK_THROWS_AS(again = reactor.listen(where, telling(served)), hawser::Error);
        }
    };
    const auto connect = [&] { attempts.push_back(reactor.connect(where, telling(client))); };
    client.during = [&](std::string_view event) {
        if (event == "connection_made") {
            reactor.stop();
        } else if (event == "connection_lost") {
            CHECK_THROWS_AS(connect(), hawser::Error);
        }
    };
    connect();

    CHECK(runs(reactor));

    CHECK(client.count("connection_lost") == 1);
    CHECK(attempts.size() == 1);
}

TEST_CASE("timers go on while it drains, and are still there afterwards") {
    Reactor reactor(no_signals());
    int called = 0;
    const Every count(reactor, [&] { ++called; });
    const auto stop = reactor.call_later(milliseconds(3), [&] { reactor.stop(); });
    CHECK(runs(reactor));

    called = 0;
    CHECK(turn_until(reactor, [&] { return called > 1; }));
}

TEST_SUITE_END();
