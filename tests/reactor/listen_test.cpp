// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>

#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;

namespace {

std::string error_of_listen(Reactor& reactor, const Endpoint& endpoint) {
    Story story;
    try {
        (void)reactor.listen(endpoint, telling(story));
        return "";
    } catch (const hawser::Error& error) {
        CHECK_FALSE(story.saw("start_factory"));
        return error.what();
    }
}

bool has_ipv6() {
    Reactor reactor(no_signals());
    return error_of_listen(reactor, "tcp:[::1]:0").empty();
}

} // namespace

TEST_SUITE_BEGIN("Reactor: listen");

TEST_CASE("address() tells the port that the system chose, after the end too") {
    Reactor reactor(no_signals());
    Story served;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));

    const Address address = listener.address();
    CHECK(address.ip() == "127.0.0.1");
    CHECK(address.port() != 0);
    CHECK(listener.listening());

    listener.stop_listening();
    CHECK_FALSE(listener.listening());
    CHECK(listener.address() == address);
}

TEST_CASE("both ends know both addresses") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const auto connecting =
        reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));

    REQUIRE(turn_until(reactor, [&] { return served.living == 1 && client.living == 1; }));

    CHECK(client.transport->peer() == listener.address());
    CHECK(served.transport->host() == listener.address());
    CHECK(served.transport->peer() == client.transport->host());
    client.transport->abort_connection();
    turn_a_little(reactor);
}

TEST_CASE("without a host it is reached over IPv4 and IPv6, and IPv4 peers are told as such") {
    Reactor reactor(no_signals());
    Story served;
    const Listener listener = reactor.listen("tcp:0", telling(served));
    std::vector<std::string> hosts{"127.0.0.1"};
    if (has_ipv6()) {
        hosts.emplace_back("::1");
    }
    for (const std::string& host : hosts) {
        CAPTURE(host);
        Story client;
        served.events.clear();
        auto connecting =
            reactor.connect(Endpoint::tcp(host, listener.address().port()), telling(client));

        REQUIRE(turn_until(reactor, [&] { return served.saw("connection_made"); }));

        CHECK(served.transport->peer().ip() == host);
        CHECK(served.transport->host().ip() == host);
        connecting = {};
        served.transport->lose_connection();
        CHECK(turn_until(reactor, [&] { return client.saw("connection_lost"); }));
    }
}

TEST_CASE("a port that is taken is an error that names it") {
    Reactor reactor(no_signals());
    Story served;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const Endpoint taken = Endpoint::tcp("127.0.0.1", listener.address().port());

    CHECK(error_of_listen(reactor, taken) ==
          "cannot listen on " + to_string(taken) + ": address already in use");
    CHECK_FALSE(error_of_listen(reactor, Endpoint::tcp("", taken.port())).empty());
}

TEST_CASE("an interface that is not ours, or no address at all, is an error") {
    Reactor reactor(no_signals());

    CHECK(error_of_listen(reactor, "tcp:192.0.2.1:0") ==
          "cannot listen on tcp:192.0.2.1:0: cannot assign requested address");
    CHECK(error_of_listen(reactor, "tcp:example.org:0")
              .starts_with("cannot listen on tcp:example.org:0: an interface is an IP address"));
}

TEST_CASE("a start_factory that throws leaves nothing behind") {
    Reactor reactor(no_signals());
    TemporaryDirectory directory;
    const std::size_t before = open_descriptors();
    Story served;
    served.during = [](std::string_view event) {
        if (event == "start_factory") {
            throw std::runtime_error("not today");
        }
    };

    CHECK_THROWS_WITH(
        (void)reactor.listen(Endpoint::unix_path(directory.socket_path()), telling(served)),
        "not today");

    CHECK(open_descriptors() == before);
    CHECK_THROWS(RawPeer::connect(Address::unix_path(directory.socket_path())));
}

TEST_CASE("a dropped Listener accepts no more, its connections go on, its port is free") {
    Reactor reactor(no_signals());
    Story served;
    served.echo = true;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const Endpoint where = Endpoint::tcp("127.0.0.1", listener.address().port());
    RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));

    const Address address = listener.address();
    listener = Listener();
    CHECK_THROWS_AS(RawPeer::connect(address), std::system_error);
    peer.send("still there?");
    CHECK(turn_until(reactor, [&] {
        peer.pump();
        return peer.seen() == "still there?";
    }));

    Story again;
    listener = reactor.listen(where, telling(again));
    RawPeer second = RawPeer::connect(address);
    CHECK(turn_until(reactor, [&] { return again.living == 1; }));
    CHECK(served.living == 1);
    served.transport->lose_connection();
    again.transport->lose_connection();
    turn_a_little(reactor);
}

TEST_SUITE_END();
