// SPDX-License-Identifier: MIT
// The header itself: tests/core/proxy_header_test.cpp and proxy_protocol_test.cpp there.
#include "reactor_fixture.h"

#include <hawser/core/proxy_protocol.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;

namespace {

const std::string header = "PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n";

std::string ends_of(const Story& story) {
    return to_string(story.transport->peer()) + " to " + to_string(story.transport->host());
}

} // namespace

TEST_SUITE_BEGIN("Reactor: behind a proxy");

TEST_CASE("over TCP and Unix sockets, the client is who the header says") {
    const TemporaryDirectory directory;
    for (const Endpoint& endpoint : {Endpoint("haproxy:tcp:127.0.0.1:0"),
                                     Endpoint("haproxy:unix:" + directory.path() + "/x")}) {
        CAPTURE(to_string(endpoint));
        Reactor reactor(no_signals());
        Story story;
        story.echo = true;
        std::string ends;
        story.during = [&](std::string_view event) {
            if (event == "connection_made") {
                ends = ends_of(story);
            }
        };
        const Listener listener = reactor.listen(endpoint, telling(story));
        RawPeer balancer = RawPeer::connect(listener.address());

        balancer.send(header + "HELLO");

        CHECK(turn_until(reactor, [&] {
            balancer.pump();
            return balancer.seen() == "HELLO";
        }));
        CHECK(ends == "1.2.3.4:1000 to 5.6.7.8:2000");
        story.transport->lose_connection();
        CHECK(turn_until(reactor, [&] {
            balancer.pump();
            return balancer.saw_end() && story.living == 0;
        }));
    }
}

TEST_CASE("two headers of two proxies give the client of the second") {
    Reactor reactor(no_signals());
    Story story;
    const Listener listener = reactor.listen("haproxy:haproxy:tcp:127.0.0.1:0", telling(story));
    RawPeer balancer = RawPeer::connect(listener.address());

    balancer.send("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + header + "HELLO");

    CHECK(turn_until(reactor, [&] {
        balancer.pump();
        return story.data == "HELLO";
    }));
    CHECK(ends_of(story) == "1.2.3.4:1000 to 5.6.7.8:2000");
    story.transport->abort_connection();
    CHECK(turn_until(reactor, [&] { return story.living == 0; }));
}

TEST_CASE("a peer that sends no header is closed") {
    Reactor reactor(no_signals());
    Story story;
    const Listener listener = reactor.listen("haproxy:tcp:127.0.0.1:0", telling(story));
    RawPeer stranger = RawPeer::connect(listener.address());

    stranger.send("GET / HTTP/1.0\r\n\r\n");

    CHECK(turn_until(reactor, [&] {
        stranger.pump();
        return stranger.saw_end() || stranger.saw_reset();
    }));
    CHECK_FALSE(story.saw("build_protocol"));
    CHECK_FALSE(story.saw("connection_made"));
}

TEST_CASE("a peer that sends nothing is closed when its time is over") {
    Reactor reactor(no_signals());
    Story story;
    const auto factory =
        hawser::behind_proxy(telling(story), reactor, std::chrono::milliseconds(1));
    const Listener listener = reactor.listen("tcp:127.0.0.1:0", factory);
    RawPeer silent = RawPeer::connect(listener.address());

    CHECK(turn_until(reactor, [&] {
        silent.pump();
        return silent.saw_end() || silent.saw_reset();
    }));
    CHECK_FALSE(story.saw("connection_made"));
}

TEST_CASE("to connect or to bind behind a proxy is refused") {
    Reactor reactor(no_signals());
    Story story;
    auto connecting = reactor.connect("haproxy:tcp:127.0.0.1:1", telling(story));
    CHECK(failure_of(std::move(connecting)) ==
          "cannot connect to haproxy:tcp:127.0.0.1:1: not with this kind of endpoint");
    CHECK_THROWS_WITH((void)reactor.listen("haproxy:udp:127.0.0.1:0", telling(story)),
                      "cannot listen on udp:127.0.0.1:0: not with this kind of endpoint");
}

TEST_SUITE_END();
