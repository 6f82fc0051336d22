// SPDX-License-Identifier: MIT
#include "datagram_fixture.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Listener;
using hawser::Reactor;

TEST_SUITE_BEGIN("Reactor: datagrams");

TEST_CASE("address() tells the port that the system chose, after the end too") {
    Reactor reactor(no_signals());
    Datagrams story;
    Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());

    const Address address = listener.address();
    CHECK(address.ip() == "127.0.0.1");
    CHECK(address.port() != 0);
    CHECK(story.transport->host() == address);
    listener.stop_listening();

    CHECK_FALSE(listener.listening());
    CHECK(listener.address() == address);
}

TEST_CASE("a port that is taken, a name, and a kind without datagrams are errors of bind") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    const std::string taken = "udp:" + to_string(listener.address());

    CHECK(error_of_bind(reactor, taken) == "cannot bind " + taken + ": address already in use");
    CHECK(error_of_bind(reactor, "udp:example.org:53") ==
          "cannot bind udp:example.org:53: an interface is an IP address, \"example.org\" is none: "
          "bad address");
    CHECK(error_of_bind(reactor, "tcp:127.0.0.1:0").starts_with("cannot bind tcp:127.0.0.1:0: "));
}

TEST_CASE("the address is free again at once") {
    Reactor reactor(no_signals());
    Datagrams story;
    Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    const std::string where = "udp:" + to_string(listener.address());

    listener = Listener();
    CHECK(error_of_bind(reactor, where).empty());
    turn_a_little(reactor);
    CHECK(story.events == std::vector<std::string>{"start", "stop", "gone"});
}

TEST_CASE("an exception of start_protocol leaves bind, and the port is closed") {
    struct Thrower final : hawser::DatagramProtocol {
        void start_protocol() override {
            transport().write("said before", transport().host());
            throw std::runtime_error("not today");
        }
    };
    Reactor reactor(no_signals());
    const std::size_t before = open_descriptors();

    CHECK_THROWS_WITH((void)reactor.bind("udp:127.0.0.1:0", std::make_unique<Thrower>()),
                      "not today");

    CHECK(open_descriptors() == before);
}

TEST_CASE("an IPv6 port of every interface speaks IPv4 too") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener listener = reactor.bind("udp:0", story.protocol());
    contract::RawDatagrams peer(Address::ipv4({127, 0, 0, 1}, 0));

    peer.send("hello", Address::ipv4({127, 0, 0, 1}, listener.address().port()));
    REQUIRE(turn_until(reactor, [&] { return story.datagrams.size() == 1; }));
    CHECK(story.senders.at(0) == peer.address());
    story.transport->write("you too", peer.address());

    CHECK(turn_until(reactor, [&] { return peer.seen() == contract::Texts{"you too"}; }));
}

TEST_CASE("a refusal is told, and the port lives on") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    auto peer = std::make_unique<contract::RawDatagrams>(Address::ipv4({127, 0, 0, 1}, 0));
    const Address where = peer->address();
    peer.reset();
    story.transport->connect(where);

    for (std::size_t round = 1; round <= 3; ++round) {
        story.transport->write("anybody?");
        CHECK(turn_until(reactor, [&] { return story.count("refused") == round; }));
    }

    contract::RawDatagrams back(where);
    story.transport->write("now?");
    CHECK(turn_until(reactor, [&] { return back.seen() == contract::Texts{"now?"}; }));
    back.send("yes", listener.address());
    CHECK(turn_until(reactor, [&] { return story.datagrams == contract::Texts{"yes"}; }));
    CHECK(story.transport->dropped().failed == 0);
}

TEST_CASE("a refusal does not cost the datagrams that are sent after it") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    auto peer = std::make_unique<contract::RawDatagrams>(Address::ipv4({127, 0, 0, 1}, 0));
    const Address where = peer->address();
    peer.reset();
    story.transport->connect(where);
    story.transport->pause_producing(); // so that it is sending that meets the error
    story.transport->write("lost");
    turn_a_little(reactor);

    contract::RawDatagrams back(where);
    story.transport->write("one");
    story.transport->write("two");

    CHECK(turn_until(reactor, [&] { return back.seen() == contract::Texts{"one", "two"}; }));
    CHECK(story.count("refused") == 1);
}

TEST_CASE("what cannot leave is told from the loop, and the others leave") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    contract::RawDatagrams peer(Address::ipv4({127, 0, 0, 1}, 0));

    story.transport->write("one", peer.address());
    story.transport->write("to all", Address::ipv4({255, 255, 255, 255}, 9)); // not allowed
    story.transport->write("two", peer.address());
    CHECK(story.count("write failed") == 0);

    CHECK(turn_until(reactor, [&] { return peer.seen() == contract::Texts{"one", "two"}; }));
    CHECK(turn_until(reactor, [&] { return story.count("write failed") == 1; }));
    CHECK(story.errors.at(0) == std::errc::permission_denied);
    CHECK(story.transport->dropped().failed == 1);
}

TEST_CASE("stop closes ports at once, and sends what was written") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    contract::RawDatagrams peer(Address::ipv4({127, 0, 0, 1}, 0));
    reactor.when_running([&] {
        story.transport->write("goodbye", peer.address());
        reactor.stop();
    });

    CHECK(runs(reactor));

    CHECK(story.events == std::vector<std::string>{"start", "stop", "gone"});
    CHECK(peer.seen() == contract::Texts{"goodbye"});
    CHECK_FALSE(listener.listening());
}

TEST_CASE("a reactor that is destroyed stops its ports, and says so") {
    const hawser::testing::LogCapture log;
    Datagrams story;
    Listener listener;
    {
        Reactor reactor(no_signals());
        listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    }
    CHECK(story.events == std::vector<std::string>{"start", "stop", "gone"});
    CHECK_FALSE(listener.listening());
    CHECK(log.count("connections still open: 0, listeners: 1") == 1);
}

TEST_CASE("a flood does not starve the timers") {
    Reactor reactor(no_signals());
    Datagrams story;
    story.echo = true; // each datagram comes back to itself: the socket is never empty
    const Listener listener = reactor.bind("udp:127.0.0.1:0", story.protocol());
    for (int i = 0; i < 100; ++i) {
        story.transport->write("x", listener.address());
    }
    bool called = false;
    const auto timer = reactor.call_later(std::chrono::milliseconds(1), [&] { called = true; });

    CHECK(turn_until(reactor, [&] { return called && story.datagrams.size() > 1000; }));
}

TEST_SUITE_END();
