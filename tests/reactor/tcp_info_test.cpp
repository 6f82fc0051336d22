// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/transport.h>
#include <hawser/reactor/tcp_info.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

TEST_SUITE_BEGIN("tcp_info");

TEST_CASE("the kernel's figures follow what was sent and received") {
    Story story;
    Reactor reactor(no_signals());
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(story));
    RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return story.transport != nullptr; }));

    peer.send(std::string(3000, 'q'));
    story.transport->write(std::string(5000, 'a'));
    REQUIRE(turn_until(reactor, [&] {
        peer.pump();
        return peer.seen().size() == 5000 && story.data.size() == 3000 &&
               tcp_info(*story.transport)->bytes_acknowledged >= 5000;
    }));
    const hawser::TcpInfo info = *tcp_info(*story.transport);

    CHECK(info.bytes_received == 3000);
    CHECK(info.round_trip_time > std::chrono::microseconds(0));
    CHECK(info.round_trip_time < std::chrono::seconds(10));
    CHECK(info.retransmission_timeout >= info.round_trip_time);
    CHECK(info.congestion_window > 0);
    CHECK(info.segment_size > 500);
    CHECK(info.unacknowledged == 0);
    CHECK(info.delivery_rate > 0);
    story.transport->abort_connection();
    REQUIRE(turn_until(reactor, [&] { return story.living == 0; }));
}

TEST_CASE("over a Unix socket there are none") {
    const TemporaryDirectory directory;
    Story story;
    Reactor reactor(no_signals());
    const auto listener = reactor.listen("unix:" + directory.socket_path(), telling(story));
    const RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return story.transport != nullptr; }));

    CHECK_FALSE(tcp_info(*story.transport));
    story.transport->abort_connection();
    REQUIRE(turn_until(reactor, [&] { return story.living == 0; }));
}

TEST_SUITE_END();
