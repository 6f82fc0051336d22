// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Errc;
using hawser::Listener;
using hawser::Reactor;

namespace {

hawser::ReactorOptions lingering(std::chrono::milliseconds time) {
    hawser::ReactorOptions options = no_signals();
    options.linger_time = time;
    return options;
}

/// A server and a raw client whose connection has been made.
struct WithPeer {
    explicit WithPeer(std::chrono::milliseconds linger_time = patience * 10)
        : reactor(lingering(linger_time)) {}

    Story served;
    Reactor reactor;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());

    void meet() {
        REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));
    }
    bool lost() {
        return turn_until(reactor, [&] {
            peer.pump();
            return served.saw("connection_lost");
        });
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: how connections end");

TEST_CASE("the last bytes before a reset are delivered, then the reset is told") {
    WithPeer pair;
    pair.peer.send(std::string(600'000, 'x')); // more than is read at once
    pair.peer.pump();
    pair.meet();
    std::size_t sent = pair.served.data.size();
    while (sent < 600'000) {
        pair.reactor.run_once();
        pair.peer.pump();
        sent = pair.served.data.size();
    }
    pair.peer.send("last words");
    pair.peer.pump();
    pair.peer.vanish();

    CHECK(pair.lost());

    CHECK(pair.served.data.ends_with("last words"));
    CHECK(pair.served.reason == std::errc::connection_reset);
    CHECK(pair.served.events.back() == "connection_lost");
}

TEST_CASE("the last bytes are delivered also when our write met the reset first") {
    WithPeer pair;
    pair.meet();
    pair.peer.send("last words");
    pair.peer.pump();
    pair.peer.vanish();
    pair.served.transport->write("does this arrive?"); // flushed before anything is read

    CHECK(pair.lost());

    CHECK(pair.served.data == "last words");
    CHECK(pair.served.reason);
}

TEST_CASE("abort_connection resets, and what was queued is dropped") {
    WithPeer pair;
    pair.meet();
    pair.served.transport->write("never sent");
    pair.served.transport->abort_connection();
    pair.served.transport->abort_connection();
    pair.served.transport->lose_connection();
    CHECK_FALSE(pair.served.saw("connection_lost")); // from the loop

    CHECK(turn_until(pair.reactor, [&] {
        pair.peer.pump();
        return pair.peer.saw_reset();
    }));

    CHECK(pair.peer.seen().empty());
    CHECK(pair.served.reason == Errc::aborted);
    CHECK(pair.served.count("connection_lost") == 1);
}

TEST_CASE("to close with unread input does not cost the peer our last words") {
    WithPeer pair;
    pair.served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            pair.served.transport->write("not today");
            pair.served.transport->lose_connection();
        }
    };
    pair.peer.send(std::string(100'000, 'x'));
    pair.peer.pump();

    CHECK(turn_until(pair.reactor, [&] {
        pair.peer.pump();
        return pair.peer.saw_end() || pair.peer.saw_reset();
    }));
    CHECK(pair.peer.seen() == "not today");
    CHECK_FALSE(pair.peer.saw_reset());

    pair.peer.end();
    CHECK(pair.lost());
    CHECK(pair.served.reason == std::error_code());
    CHECK(pair.served.data.empty());
}

TEST_CASE("nor when the peer goes on sending, which is not listened to for ever") {
    WithPeer pair(std::chrono::milliseconds(50));
    pair.served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            pair.served.transport->write("not today");
            pair.served.transport->lose_connection();
        }
    };
    const std::string more(10'000, 'x');
    pair.peer.send(more);

    CHECK(turn_until(pair.reactor, [&] {
        pair.peer.pump(); // reads: a reset shows here, before a send could take note of it
        const bool over = pair.peer.saw_end() || pair.peer.saw_reset();
        pair.peer.send(more);
        pair.peer.pump();
        return over;
    }));
    CHECK(pair.peer.seen() == "not today");
    CHECK_FALSE(pair.peer.saw_reset());

    CHECK(turn_until(pair.reactor, [&] {
        pair.peer.send(more);
        pair.peer.pump();
        return pair.served.saw("connection_lost");
    }));
}

TEST_CASE("to write to a peer that has gone is an error, not a signal") {
    const TemporaryDirectory directory;
    for (const int lines : {1, 2}) {
        CAPTURE(lines);
        WithPeer pair;
        pair.listener = pair.reactor.listen(hawser::Endpoint::unix_path(directory.socket_path()),
                                            telling(pair.served));
        RawPeer peer = RawPeer::connect(pair.listener.address());
        REQUIRE(turn_until(pair.reactor, [&] { return pair.served.living > 0; }));
        pair.served.transport->pause_producing(); // a write has to find it out
        peer.vanish();
        for (int line = 0; line < lines; ++line) {
            pair.served.transport->write(hawser::SharedBytes(std::string(3000, 'x')));
        }

        CHECK(turn_until(pair.reactor, [&] { return pair.served.saw("connection_lost"); }));

        CHECK(pair.served.reason == std::errc::broken_pipe);
    }
}

TEST_CASE("a reset is noticed while reading is paused") {
    WithPeer pair;
    pair.meet();
    pair.served.transport->pause_producing();
    turn_a_little(pair.reactor);
    pair.peer.vanish();

    CHECK(pair.lost());

    CHECK(pair.served.reason == std::errc::connection_reset);
}

TEST_CASE("while paused, what comes and an orderly end wait for the resume") {
    WithPeer pair;
    pair.meet();
    pair.served.transport->pause_producing();
    pair.peer.send("later");
    pair.peer.end();
    pair.peer.pump();
    turn_a_little(pair.reactor);
    CHECK(pair.served.data.empty());

    pair.served.transport->resume_producing();

    CHECK(pair.lost());
    CHECK(pair.served.data == "later");
    CHECK(pair.served.reason == std::error_code());
}

TEST_SUITE_END();
