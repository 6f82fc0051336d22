// SPDX-License-Identifier: MIT
#include "flooder.h"
#include "reactor_fixture.h"

#include <hawser/core/error.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::ConnectionRef;
using hawser::Errc;
using hawser::Listener;
using hawser::Reactor;

namespace {

constexpr std::size_t slab = 256 * 1024; // what is read at once

/// Notes every connection that is made to it.
void gather(Story& served, std::vector<ConnectionRef>& connections) {
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            connections.push_back(served.transport->ref());
        }
    };
}

bool answered(Reactor& reactor, RawPeer& peer) {
    const std::size_t expected = peer.seen().size() + 5;
    peer.send("hello");
    return turn_until(reactor, [&] {
        peer.pump();
        return peer.seen().size() == expected;
    });
}

} // namespace

TEST_SUITE_BEGIN("Reactor: back-pressure");

TEST_CASE("peers that send and never read are bounded by the marks, others are answered") {
    hawser::ReactorOptions options = no_signals();
    options.limits.write_limit = 1024 * 1024;
    Story served;
    Reactor reactor(options);
    std::vector<ConnectionRef> connections;
    gather(served, connections);
    served.echo = true;
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer other = RawPeer::connect(listener.address());
    std::vector<Flooder> flooders;
    for (int i = 0; i < 4; ++i) {
        flooders.emplace_back(listener.address());
    }

    std::size_t answers = 0;
    int idle_turns = 0;
    CHECK(turn_until(reactor, [&] {
        std::size_t sent = 0;
        for (Flooder& flooder : flooders) {
            sent += flooder.send_some();
        }
        idle_turns = sent == 0 ? idle_turns + 1 : 0;
        answers += answered(reactor, other) ? 1 : 0;
        return idle_turns == 50;
    }));

    CHECK(answers >= 50);
    CHECK(served.living == 5); // at the marks, not at the limit
    for (const ConnectionRef& connection : connections) {
        CHECK(connection.queued() <= options.limits.write_high_mark + slab);
    }

    // And nothing was lost: they have it all back as soon as they read.
    CHECK(turn_until(reactor, [&] {
        bool all = true;
        for (Flooder& flooder : flooders) {
            flooder.take_some();
            all = all && flooder.taken() == flooder.sent();
        }
        return all;
    }));
    CHECK(served.count("write_paused") == served.count("write_resumed"));
}

TEST_CASE("a peer that never reads is cut at write_limit, others are served meanwhile") {
    hawser::ReactorOptions options = no_signals();
    options.limits.write_limit = 1024 * 1024;
    Story served;
    Reactor reactor(options);
    std::vector<ConnectionRef> connections;
    gather(served, connections);
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer reader = RawPeer::connect(listener.address());
    RawPeer sleeper = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return served.living == 2; }));

    const std::string line(100'000, 'x');
    std::size_t lines = 0;
    CHECK(turn_until(reactor, [&] {
        for (const ConnectionRef& connection : connections) {
            connection.write(line);
        }
        ++lines;
        reader.pump();
        CHECK(connections[0].queued() <= options.limits.write_limit);
        return served.saw("connection_lost");
    }));

    CHECK(served.reason == Errc::write_limit);
    CHECK(served.count("connection_lost") == 1);
    CHECK(connections[0]);
    CHECK_FALSE(connections[1]);
    CHECK(turn_until(reactor, [&] {
        reader.pump();
        return reader.seen().size() == lines * line.size();
    }));
    sleeper.pump();
    CHECK(sleeper.saw_reset());
}

TEST_SUITE_END();
