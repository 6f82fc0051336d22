// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/transport.h>
#include <hawser/testing/memory_transport.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

TEST_SUITE_BEGIN("Transport: descriptor");

TEST_CASE("any option of a connection's socket can be set and read") {
    Story story;
    Reactor reactor(no_signals());
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(story));
    const RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return story.transport != nullptr; }));

    const int fd = story.transport->descriptor();
    const int idle = 77;
    REQUIRE(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle)) == 0);
    int read_back = 0;
    socklen_t size = sizeof(read_back);
    REQUIRE(getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &read_back, &size) == 0);

    CHECK(read_back == 77);
    story.transport->abort_connection();
    REQUIRE(turn_until(reactor, [&] { return story.living == 0; }));
}

TEST_CASE("a connection in memory has no descriptor") {
    hawser::testing::MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());

    CHECK(transport.descriptor() == -1);
}

TEST_SUITE_END();
