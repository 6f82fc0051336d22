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

namespace {

/// A server, and an attempt to connect to it whose factory tells its story.
struct Attempt {
    Reactor reactor{no_signals()};
    Story served;
    Story client;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Endpoint where = Endpoint::tcp("127.0.0.1", listener.address().port());
    Deferred<Protocol*> connecting;

    Attempt() {
        served.during = [this](std::string_view event) {
            if (event == "connection_made") {
                served.transport->write("welcome");
            }
        };
    }
    void begin() { connecting = reactor.connect(where, telling(client)); }
    void drop_inside(std::string_view callback) {
        client.during = [this, callback](std::string_view event) {
            if (event == callback) {
                connecting = {};
            }
        };
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: dropping an attempt to connect");

TEST_CASE("at once: nobody is called, the server sees no one") {
    { const Reactor first(no_signals()); } // libuv opens something for the whole process
    const std::size_t before = open_descriptors();
    {
        Attempt attempt;
        attempt.begin();
        attempt.connecting = {};
        CHECK(attempt.client.events == std::vector<std::string>{"start_factory"});
        turn_a_little(attempt.reactor);

        CHECK(attempt.client.events ==
              std::vector<std::string>{"start_factory", "stop_factory", "gone"});
        CHECK(attempt.served.events == std::vector<std::string>{"start_factory"});
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("in any later turn, with a name and without") {
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        for (int turns = 1; turns < 6; ++turns) {
            CAPTURE(host);
            CAPTURE(turns);
            Attempt attempt;
            attempt.where = Endpoint::tcp(host, attempt.listener.address().port());
            attempt.begin();
            for (int turn = 0; turn < turns; ++turn) {
                attempt.reactor.run_once();
            }
            const bool was_made = attempt.client.saw("connection_made");
            attempt.connecting = {};
            turn_a_little(attempt.reactor);

            CHECK(attempt.client.saw("connection_made") == was_made);
            CHECK(attempt.client.saw("stop_factory") != was_made);
            if (was_made) { // it has brought its result: the connection is on its own
                attempt.client.transport->abort_connection();
                turn_a_little(attempt.reactor);
            }
            attempt.served.during = nullptr;
        }
    }
}

TEST_CASE("canceling it is an answer, not only an end") {
    Attempt attempt;
    attempt.begin();
    attempt.connecting.cancel();

    REQUIRE(attempt.connecting.settled());
    CHECK(failure_of(std::move(attempt.connecting)) ==
          "cannot connect to " + to_string(attempt.where) + ": canceled");
    turn_a_little(attempt.reactor);
    CHECK_FALSE(attempt.client.saw("connection_made"));
}

TEST_CASE("inside build_protocol: the protocol is not used") {
    Attempt attempt;
    attempt.drop_inside("build_protocol");
    attempt.begin();

    CHECK(turn_until(attempt.reactor, [&] { return attempt.client.saw("gone"); }));

    CHECK(attempt.client.events ==
          std::vector<std::string>{"start_factory", "build_protocol", "stop_factory", "gone"});
    CHECK(attempt.client.living == 0);
}

TEST_CASE("inside connection_made: the connection is aborted") {
    Attempt attempt;
    attempt.drop_inside("connection_made");
    attempt.begin();

    CHECK(turn_until(attempt.reactor, [&] { return attempt.client.saw("gone"); }));

    CHECK(attempt.client.reason == Errc::canceled);
    CHECK(attempt.client.events == std::vector<std::string>{"start_factory", "build_protocol",
                                                            "connection_made", "connection_lost",
                                                            "stop_factory", "gone"});
}

TEST_CASE("inside the callback that brings the protocol: the connection stays") {
    Attempt attempt;
    Deferred<> done;
    done = attempt.reactor.connect(attempt.where, telling(attempt.client)).then([&](Protocol*) {
        done = {};
    });

    CHECK(turn_until(attempt.reactor, [&] { return attempt.client.data == "welcome"; }));

    attempt.client.transport->abort_connection();
    turn_a_little(attempt.reactor);
}

TEST_CASE("inside the callbacks of another connection") {
    Attempt attempt;
    const RawListener black_hole(hawser::Address::ipv4({127, 0, 0, 1}, 0)); // with room for two
    const RawPeer first = RawPeer::connect(black_hole.address());
    const RawPeer second = RawPeer::connect(black_hole.address());
    Story waiting;
    Deferred<Protocol*> hanging = attempt.reactor.connect(
        Endpoint::tcp("127.0.0.1", black_hole.address().port()), telling(waiting));
    attempt.client.during = [&](std::string_view event) {
        if (event == "data_received") {
            hanging = {};
        }
    };
    attempt.begin();

    CHECK(turn_until(attempt.reactor, [&] { return waiting.saw("gone"); }));

    CHECK_FALSE(waiting.saw("build_protocol"));
    attempt.client.transport->abort_connection();
    turn_a_little(attempt.reactor);
}

TEST_SUITE_END();
