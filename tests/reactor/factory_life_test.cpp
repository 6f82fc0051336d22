// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using Events = std::vector<std::string>;

TEST_SUITE_BEGIN("Reactor: the life of a factory");

TEST_CASE("the server's starts with listen, the client's with connect, before any protocol") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    Events all;
    served.during = [&](std::string_view event) { all.push_back("S " + std::string(event)); };
    client.during = [&](std::string_view event) { all.push_back("C " + std::string(event)); };

    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    CHECK(all == Events{"S start_factory"});
    const auto connecting =
        reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));
    CHECK(all == Events{"S start_factory", "C start_factory"});

    CHECK(turn_until(reactor, [&] { return served.living == 1 && connecting.settled(); }));
    CHECK(client.events == Events{"start_factory", "build_protocol", "connection_made"});
    CHECK(served.events == Events{"start_factory", "build_protocol", "connection_made"});
    client.transport->lose_connection();
    CHECK(turn_until(reactor, [&] { return served.saw("connection_lost"); }));
}

TEST_CASE("it stops with its last listener, and lives until its last connection is gone") {
    Reactor reactor(no_signals());
    Story served;
    Listener first;
    Listener second;
    {
        const auto shared = telling(served);
        first = reactor.listen("tcp:127.0.0.1:0", shared);
        second = reactor.listen("tcp:127.0.0.1:0", shared);
    }
    RawPeer peer = RawPeer::connect(first.address());
    REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));

    first = Listener();
    turn_a_little(reactor);
    CHECK_FALSE(served.saw("stop_factory"));

    second = Listener();
    CHECK_FALSE(served.saw("stop_factory")); // from the loop
    turn_a_little(reactor);
    CHECK(served.count("stop_factory") == 1);
    CHECK_FALSE(served.saw("gone"));

    peer.end();
    CHECK(turn_until(reactor, [&] {
        peer.pump();
        return served.saw("gone");
    }));
    CHECK(served.events == Events{"start_factory", "build_protocol", "connection_made",
                                  "stop_factory", "read_connection_lost", "connection_lost",
                                  "gone"});
}

TEST_CASE("stop_factory may speak to the connections that are left") {
    Reactor reactor(no_signals());
    Story served;
    served.during = [&](std::string_view event) {
        if (event == "stop_factory") {
            served.transport->write("we are closing");
            served.transport->lose_connection();
        }
    };
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));
    const auto stop = reactor.call_later(std::chrono::milliseconds(0), [&] { reactor.stop(); });

    CHECK(runs(reactor));

    peer.pump();
    CHECK(peer.seen() == "we are closing");
}

TEST_CASE("connecting again from connection_lost does not stop it in between") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const auto where = Endpoint::tcp("127.0.0.1", listener.address().port());
    const auto shared = telling(client);
    Deferred<Protocol*> connecting = reactor.connect(where, shared);
    client.during = [&](std::string_view event) {
        if (event == "connection_made") {
            client.transport->lose_connection();
        } else if (event == "connection_lost" && client.count("connection_lost") < 3) {
            connecting = reactor.connect(where, shared);
        }
    };

    CHECK(turn_until(reactor, [&] { return client.saw("stop_factory"); }));

    CHECK(client.count("connection_lost") == 3);
    CHECK(client.count("start_factory") == 1);
    CHECK(client.count("stop_factory") == 1);
}

TEST_CASE("it starts anew when it is used again after its stop") {
    Reactor reactor(no_signals());
    Story served;
    const auto shared = telling(served);
    Listener listener = reactor.listen("tcp:127.0.0.1:0", shared);
    const auto where = Endpoint::tcp("127.0.0.1", listener.address().port());
    listener = Listener();
    turn_a_little(reactor);

    listener = reactor.listen(where, shared);

    CHECK(served.events == Events{"start_factory", "stop_factory", "start_factory"});
    const RawPeer peer = RawPeer::connect(listener.address());
    CHECK(turn_until(reactor, [&] { return served.living == 1; }));
    served.transport->lose_connection();
    turn_a_little(reactor);
}

TEST_SUITE_END();
