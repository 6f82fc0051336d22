// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Errc;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using hawser::testing::LogCapture;

namespace {

/// Throws in the callback of that name.
std::function<void(std::string_view)> tripping_in(std::string_view callback) {
    return [callback](std::string_view event) {
        if (event == callback) {
            throw std::runtime_error("tripped");
        }
    };
}

/// A server, a connection from outside and an attempt to connect from inside.
struct Meeting {
    Reactor reactor{no_signals()};
    Story served;
    Story client;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));

    Deferred<Protocol*> connect() {
        return reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()),
                               telling(client));
    }
    /// The server is still there.
    bool serves() {
        served.during = nullptr;
        served.refuse = false;
        served.events.clear();
        RawPeer peer = RawPeer::connect(listener.address());
        const bool made = turn_until(reactor, [&] { return served.saw("connection_made"); });
        peer.end();
        return made && turn_until(reactor, [&] {
                   peer.pump();
                   return served.saw("connection_lost");
               });
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: refusals and exceptions");

TEST_CASE("a server's factory that gives no protocol refuses the peer, and only that one") {
    Meeting meeting;
    meeting.served.refuse = true;
    RawPeer peer = RawPeer::connect(meeting.listener.address());

    CHECK(turn_until(meeting.reactor, [&] {
        peer.pump();
        return peer.saw_end();
    }));

    CHECK(meeting.serves());
}

TEST_CASE("a server's build_protocol that throws is reported, and refuses the peer") {
    const LogCapture log;
    Meeting meeting;
    meeting.served.during = tripping_in("build_protocol");
    RawPeer peer = RawPeer::connect(meeting.listener.address());

    CHECK(turn_until(meeting.reactor, [&] {
        peer.pump();
        return peer.saw_end();
    }));

    CHECK(log.count("build_protocol threw: tripped") == 1);
    CHECK(meeting.serves());
}

TEST_CASE("a server's connection_made that throws ends that connection alone") {
    const LogCapture log;
    Meeting meeting;
    meeting.served.during = tripping_in("connection_made");
    RawPeer peer = RawPeer::connect(meeting.listener.address());

    CHECK(turn_until(meeting.reactor, [&] {
        peer.pump();
        return peer.saw_end();
    }));

    CHECK(meeting.served.reason == Errc::callback_threw);
    CHECK(log.count("Teller::connection_made threw: tripped") == 1);
    CHECK(meeting.serves());
}

TEST_CASE("a client's factory that gives no protocol fails the attempt") {
    Meeting meeting;
    meeting.client.refuse = true;
    Deferred<Protocol*> connecting = meeting.connect();

    CHECK(turn_until(meeting.reactor, [&] { return connecting.settled(); }));

    CHECK(failure_of(std::move(connecting)).ends_with(": refused by the factory"));
    CHECK(meeting.client.events ==
          std::vector<std::string>{"start_factory", "build_protocol", "stop_factory", "gone"});
    CHECK(turn_until(meeting.reactor, [&] { return meeting.served.saw("connection_lost"); }));
}

TEST_CASE("a client's build_protocol that throws is reported, and fails the attempt") {
    const LogCapture log;
    Meeting meeting;
    meeting.client.during = tripping_in("build_protocol");
    Deferred<Protocol*> connecting = meeting.connect();

    CHECK(turn_until(meeting.reactor, [&] { return connecting.settled(); }));

    CHECK_FALSE(failure_of(std::move(connecting)).empty());
    CHECK(log.count("build_protocol threw: tripped") == 1);
    CHECK(turn_until(meeting.reactor, [&] { return meeting.served.saw("connection_lost"); }));
}

TEST_CASE("a client's connection_made that throws fails the attempt, then loses the connection") {
    const LogCapture log;
    Meeting meeting;
    meeting.client.during = tripping_in("connection_made");
    Deferred<Protocol*> connecting = meeting.connect();

    CHECK(turn_until(meeting.reactor, [&] { return meeting.client.saw("gone"); }));

    REQUIRE(connecting.settled());
    CHECK(failure_of(std::move(connecting)).ends_with(": a callback threw"));
    CHECK(meeting.client.reason == Errc::callback_threw);
    CHECK(log.count("Teller::connection_made threw: tripped") == 1);
    CHECK(turn_until(meeting.reactor, [&] { return meeting.served.saw("connection_lost"); }));
}

TEST_CASE("an exception from a callback of connect stops nobody") {
    const LogCapture log;
    Meeting meeting;
    auto connecting =
        meeting.connect().then([](Protocol*) { throw std::runtime_error("tripped"); });

    CHECK(turn_until(meeting.reactor, [&] { return connecting.settled(); }));

    connecting = {};
    CHECK(log.count("tripped") == 1);
    CHECK(meeting.client.living == 1);
    meeting.client.transport->abort_connection();
    CHECK(turn_until(meeting.reactor, [&] { return meeting.served.saw("connection_lost"); }));
}

TEST_SUITE_END();
