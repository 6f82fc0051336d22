// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"
#include "system_calls.h"

#include <hawser/core/broadcast.h>
#include <hawser/core/transport.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Listener;
using hawser::Reactor;

namespace {

constexpr int echoes = 100;

/// The peer's own calls are not the reactor's.
void pump_uncounted(RawPeer& peer) {
    const SystemCalls before = system_calls;
    peer.pump();
    system_calls = before;
}

/// An echo server and its clients.
struct Parlor {
    explicit Parlor(const std::string& endpoint, std::size_t count = 1) {
        served.echo = true;
        served.during = [this](std::string_view event) {
            if (event == "connection_made") {
                room.push_back(served.transport->ref());
            }
        };
        listener = reactor.listen(endpoint, telling(served));
        for (std::size_t i = 0; i < count; ++i) {
            peers.push_back(RawPeer::connect(listener.address()));
        }
        REQUIRE(turn_until(reactor, [&] { return served.living == count; }));
        turn_a_little(reactor); // the last of them is watched from the next turn on
    }
    ~Parlor() {
        peers.clear();
        (void)turn_until(reactor, [&] { return served.living == 0; });
    }
    [[nodiscard]] bool echoed(RawPeer& peer, std::string_view text) {
        const std::size_t expected = peer.seen().size() + text.size();
        peer.send(text);
        return turn_until(reactor, [&] {
            pump_uncounted(peer);
            return peer.seen().size() == expected;
        });
    }

    Story served;
    Reactor reactor{no_signals()};
    Listener listener;
    std::vector<RawPeer> peers;
    std::vector<hawser::ConnectionRef> room;
};

} // namespace

TEST_SUITE_BEGIN("Reactor: system calls");

TEST_CASE("an echo costs one recv and one send, and no epoll_ctl") {
    const TemporaryDirectory directory;
    const std::string path = directory.socket_path();
    for (const std::string& endpoint : {std::string("tcp:127.0.0.1:0"), "unix:" + path}) {
        CAPTURE(endpoint);
        Parlor parlor(endpoint);
        REQUIRE(parlor.echoed(parlor.peers[0], "warm up"));

        system_calls = {};
        for (int i = 0; i < echoes; ++i) {
            REQUIRE(parlor.echoed(parlor.peers[0], "hello"));
        }

        CHECK(system_calls.recv == echoes);
        CHECK(system_calls.send == echoes);
        CHECK(system_calls.epoll_ctl == 0);
    }
}

TEST_CASE("all that is written to a connection in a turn leaves in one call") {
    constexpr std::size_t members = 3;
    Parlor parlor("tcp:127.0.0.1:0", members);
    system_calls = {};

    const auto tell = parlor.reactor.call_later(std::chrono::nanoseconds::zero(), [&] {
        for (int line = 0; line < 10; ++line) {
            broadcast(hawser::SharedBytes(std::string(3000, 'x')), parlor.room);
            broadcast(hawser::SharedBytes("a line\n"), parlor.room);
        }
    });
    REQUIRE(turn_until(parlor.reactor, [&] { return !tell.active(); }));

    CHECK(system_calls.send == members);
    CHECK(system_calls.epoll_ctl == 0);
}

TEST_CASE("to accept, serve and lose a connection costs a fixed number of epoll_ctl") {
    Parlor parlor("tcp:127.0.0.1:0");
    const auto cost_of_one = [&] {
        system_calls = {};
        {
            RawPeer peer = RawPeer::connect(parlor.listener.address());
            REQUIRE(parlor.echoed(peer, "hello"));
        }
        REQUIRE(turn_until(parlor.reactor, [&] { return parlor.served.living == 1; }));
        return system_calls.epoll_ctl;
    };

    // libuv tries the descriptor (two calls), watches it (two) and lets it go.
    CHECK(cost_of_one() <= 5);
}

TEST_SUITE_END();
