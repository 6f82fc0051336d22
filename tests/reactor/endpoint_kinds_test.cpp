// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/datagram_protocol.h>
#include <hawser/core/endpoint_kind.h>

#include <memory>
#include <string>
#include <utility>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::EndpointError;
using hawser::EndpointKind;
using hawser::Factory;
using hawser::Listener;
using hawser::Network;
using hawser::Protocol;
using hawser::Reactor;

namespace {

/// `loopback:8000` is a port that only this machine reaches.
class LoopbackKind final : public EndpointKind {
    Listener listen(Network& network, const Endpoint& endpoint,
                    std::shared_ptr<Factory> factory) override {
        return network.listen("tcp:127.0.0.1:" + endpoint.rest(), std::move(factory));
    }
    Deferred<Protocol*> connect(Network& network, const Endpoint& endpoint,
                                std::shared_ptr<Factory> factory) override {
        return network.connect("tcp:127.0.0.1:" + endpoint.rest(), std::move(factory));
    }
    Listener bind(Network& network, const Endpoint& endpoint,
                  std::unique_ptr<hawser::DatagramProtocol> protocol) override {
        return network.bind("udp:127.0.0.1:" + endpoint.rest(), std::move(protocol));
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: kinds of endpoint");

TEST_CASE("a kind that was added listens, connects and binds") {
    Reactor reactor(no_signals());
    reactor.kinds().add("loopback", std::make_unique<LoopbackKind>());
    Story served;
    Story client;

    const Listener listener = reactor.listen("loopback:0", telling(served));
    const Listener datagrams =
        reactor.bind("loopback:0", std::make_unique<hawser::DatagramProtocol>());
    auto connecting =
        reactor.connect("loopback:" + std::to_string(listener.address().port()), telling(client));

    CHECK(turn_until(reactor, [&] { return served.living == 1 && connecting.settled(); }));
    CHECK(failure_of(std::move(connecting)) == "");
    CHECK(listener.address().ip() == "127.0.0.1");
    CHECK(datagrams.address().ip() == "127.0.0.1");
    client.transport->abort_connection();
    CHECK(turn_until(reactor, [&] { return served.saw("gone") || served.living == 0; }));
}

TEST_CASE("a kind that nobody added is thrown by all three, and no factory is started") {
    Reactor reactor(no_signals());
    Story story;
    const auto factory = telling(story);

    CHECK_THROWS_WITH_AS((void)reactor.listen("loopback:0", factory),
                         "bad endpoint \"loopback:0\", column 1: no endpoint kind \"loopback\": "
                         "there are tcp, udp, unix, unixgram, fd, vsock, tipc, stdio, systemd and "
                         "haproxy",
                         EndpointError);
    CHECK_THROWS_WITH_AS((void)reactor.connect("tcp6:80", factory),
                         "bad endpoint \"tcp6:80\", column 1: no endpoint kind \"tcp6\"; did you "
                         "mean tcp?",
                         EndpointError);
    CHECK_THROWS_AS((void)reactor.bind("upd:53", std::make_unique<hawser::DatagramProtocol>()),
                    EndpointError);
    CHECK_FALSE(factory->started());
}

TEST_SUITE_END();
