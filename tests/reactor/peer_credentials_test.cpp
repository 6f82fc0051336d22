// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/transport.h>
#include <hawser/reactor/peer_credentials.h>
#include <hawser/testing/memory_transport.h>

#include <unistd.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

namespace {

std::optional<hawser::PeerCredentials> seen_over(const std::string& endpoint) {
    Story story;
    Reactor reactor(no_signals());
    const auto listener = reactor.listen(endpoint, telling(story));
    const RawPeer peer = RawPeer::connect(listener.address());
    REQUIRE(turn_until(reactor, [&] { return story.transport != nullptr; }));
    const auto credentials = peer_credentials(*story.transport);
    story.transport->abort_connection();
    REQUIRE(turn_until(reactor, [&] { return story.living == 0; }));
    return credentials;
}

} // namespace

TEST_SUITE_BEGIN("peer_credentials");

TEST_CASE("a Unix socket's peer is known by process, user and group") {
    const TemporaryDirectory directory;

    CHECK(seen_over("unix:" + directory.socket_path()) ==
          hawser::PeerCredentials{::getpid(), ::getuid(), ::getgid()});
}

TEST_CASE("over TCP and in memory there are none") {
    hawser::testing::MemoryTransport memory;
    memory.attach(std::make_unique<hawser::Protocol>());

    CHECK_FALSE(seen_over("tcp:127.0.0.1:0"));
    CHECK_FALSE(peer_credentials(memory));
}

TEST_SUITE_END();
