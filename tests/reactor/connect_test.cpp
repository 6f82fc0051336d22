// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;

namespace {

/// Turns until the attempt has its result; what it failed with, empty when it did not.
std::string outcome(Reactor& reactor, Deferred<Protocol*> attempt) {
    CHECK(turn_until(reactor, [&] { return attempt.settled(); }));
    return failure_of(std::move(attempt));
}

Endpoint where_nobody_listens(Reactor& reactor) {
    Story nobody;
    const Listener gone = reactor.listen("tcp:127.0.0.1:0", telling(nobody));
    return Endpoint::tcp("127.0.0.1", gone.address().port());
}

} // namespace

TEST_SUITE_BEGIN("Reactor: connect");

TEST_CASE("it brings the protocol after its connection_made, and calls nothing before it returns") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Protocol* connected = nullptr;
    const auto connecting =
        reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client))
            .then([&](Protocol* protocol) {
                CHECK(client.saw("connection_made"));
                connected = protocol;
            });
    CHECK(client.events == std::vector<std::string>{"start_factory"});

    CHECK(turn_until(reactor, [&] { return connected != nullptr; }));

    client.transport->lose_connection();
    CHECK(turn_until(reactor, [&] { return client.saw("gone"); }));
}

TEST_CASE("where nobody listens it fails with the system's error") {
    Reactor reactor(no_signals());
    Story client;
    const Endpoint nobody = where_nobody_listens(reactor);

    CHECK(outcome(reactor, reactor.connect(nobody, telling(client))) ==
          "cannot connect to " + to_string(nobody) + ": connection refused");
    CHECK(outcome(reactor, reactor.connect("unix:/nobody/here", telling(client))) ==
          "cannot connect to unix:/nobody/here: no such file or directory");
    CHECK(client.count("stop_factory") == 2);
    CHECK_FALSE(client.saw("build_protocol"));
}

TEST_CASE("one that nobody answers fails at its timeout") {
    Reactor reactor(no_signals());
    const RawListener black_hole(Address::ipv4({127, 0, 0, 1}, 0)); // with room for two
    const RawPeer first = RawPeer::connect(black_hole.address());
    const RawPeer second = RawPeer::connect(black_hole.address());
    const Endpoint where("tcp:127.0.0.1:" + std::to_string(black_hole.address().port()) +
                         ":timeout=1");
    Story client;

    CHECK(outcome(reactor, reactor.connect(where, telling(client))) ==
          "cannot connect to " + to_string(where) + ": timed out");
    CHECK(client.saw("stop_factory"));
}

TEST_CASE("a name is looked up, and all its addresses are tried") {
    Reactor reactor(no_signals());
    Story served;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    for (const std::string host : {"localhost", ""}) {
        CAPTURE(host);
        Story client;
        auto connecting =
            reactor.connect(Endpoint::tcp(host, listener.address().port()), telling(client));

        CHECK(outcome(reactor, std::move(connecting)) == "");
        CHECK(client.transport->peer() == listener.address());
        client.transport->lose_connection();
        CHECK(turn_until(reactor, [&] { return client.saw("gone"); }));
    }
}

TEST_CASE("a Unix socket whose backlog is full is waited for") {
    Reactor reactor(no_signals());
    TemporaryDirectory directory;
    const std::string path = directory.socket_path();
    RawListener busy(Address::unix_path(path)); // with room for two
    const RawPeer first = RawPeer::connect(busy.address());
    const RawPeer second = RawPeer::connect(busy.address());
    Story client;
    auto connecting = reactor.connect(Endpoint::unix_path(path), telling(client));
    for (int turns = 0; turns < 3; ++turns) {
        const auto tick = reactor.call_later(std::chrono::milliseconds(1), [] {});
        reactor.run_once(Reactor::Wait::yes);
    }
    CHECK_FALSE(connecting.settled());

    const Fd accepted = busy.accept();

    CHECK(outcome(reactor, std::move(connecting)) == "");
    client.transport->lose_connection();
    CHECK(turn_until(reactor, [&] { return client.saw("gone"); }));
}

TEST_CASE("a connection_made that says good-bye at once is still a connection") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    Story served;
    Story client;
    client.during = [&](std::string_view event) {
        if (event == "connection_made") {
            client.transport->write("just this");
            client.transport->lose_connection();
        }
    };
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    auto connecting =
        reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));
    bool lost_first = false;
    bool connected = false;
    const auto done = std::move(connecting).then([&](Protocol*) {
        lost_first = client.saw("connection_lost");
        connected = true;
    });

    CHECK(turn_until(reactor, [&] { return served.saw("connection_lost"); }));

    CHECK(connected);
    CHECK_FALSE(lost_first);
    CHECK(served.data == "just this");
    CHECK(client.reason == std::error_code());
}

TEST_CASE("after a failure the next attempt does not stop the factory in between") {
    Reactor reactor(no_signals());
    Story client;
    const auto shared = telling(client);
    const Endpoint nobody = where_nobody_listens(reactor);
    Deferred<Protocol*> second;
    const auto first =
        reactor.connect(nobody, shared).recover([&](const std::exception_ptr&) -> Protocol* {
            second = reactor.connect(nobody, shared);
            return nullptr;
        });

    CHECK(turn_until(reactor, [&] { return second.settled(); }));

    CHECK_FALSE(failure_of(std::move(second)).empty());
    CHECK(client.events == std::vector<std::string>{"start_factory", "stop_factory"});
}

TEST_SUITE_END();
