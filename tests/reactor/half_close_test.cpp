// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using Events = std::vector<std::string>;

namespace {

/// Two hawser ends of one connection.
struct TwoEnds {
    Story server;
    Story client;
    Reactor reactor{no_signals()};
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(server));
    Deferred<Protocol*> connecting =
        reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));

    TwoEnds() {
        REQUIRE(turn_until(reactor, [&] { return server.living == 1 && client.living == 1; }));
        server.events.clear();
        client.events.clear();
    }
    void half_close() {
        client.transport->write("request");
        client.transport->lose_write_connection();
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: half closes");

TEST_CASE("a half close that the other side does not expect ends both, after the data") {
    TwoEnds ends;
    ends.half_close();

    CHECK(turn_until(ends.reactor, [&] { return ends.client.saw("connection_lost"); }));

    CHECK(ends.server.data == "request");
    CHECK(ends.server.events == Events{"data_received", "read_connection_lost", "connection_lost"});
    CHECK(ends.server.reason == std::error_code());
    CHECK(ends.client.reason == std::error_code());
}

TEST_CASE("a half close that is expected leaves the other direction open, until both close") {
    TwoEnds ends;
    ends.server.stays = true;
    ends.client.stays = true;
    ends.half_close();
    CHECK(turn_until(ends.reactor, [&] { return ends.server.saw("read_connection_lost"); }));
    turn_a_little(ends.reactor);
    CHECK(ends.client.events == Events{"write_connection_lost"});
    CHECK(ends.server.events == Events{"data_received", "read_connection_lost"});

    ends.server.transport->write("still");
    ends.server.transport->lose_connection();
    CHECK(turn_until(ends.reactor, [&] {
        return ends.server.saw("connection_lost") && ends.client.saw("read_connection_lost");
    }));
    turn_a_little(ends.reactor);
    CHECK(ends.client.data == "still");
    CHECK_FALSE(ends.client.saw("connection_lost")); // both said that they stay

    ends.client.transport->lose_connection();
    CHECK(turn_until(ends.reactor, [&] { return ends.client.saw("connection_lost"); }));
    CHECK(ends.client.reason == std::error_code());
}

TEST_SUITE_END();
