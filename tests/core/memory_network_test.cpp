// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_network.h>

#include <hawser/testing/log_capture.h>

#include "greeting_kind.h"
#include "talker.h"

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Address;
using hawser::Bytes;
using hawser::Deferred;
using hawser::Errc;
using hawser::Listener;
using hawser::Protocol;
using hawser::testing::MemoryNetwork;
using talker::GreetingKind;
using talker::Journal;
using talker::Talker;

using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// A client and what it talks to.
struct Fixture {
    Talker& connect(const hawser::Endpoint& endpoint) {
        Talker* client = nullptr;
        auto connected =
            network.connect<Talker>(endpoint, std::ref(journal), "client").then([&](Talker* made) {
                client = made;
            });
        network.pump();
        REQUIRE(client != nullptr);
        return *client;
    }
    Listener serve(const hawser::Endpoint& endpoint) {
        return network.listen(endpoint, hawser::factory([this] {
                                  auto made = std::make_unique<Talker>(journal, "server");
                                  server = made.get();
                                  return made;
                              }));
    }
    std::string take() { return journal.take(); }

    Journal journal;
    Talker* server = nullptr; // the last
    MemoryNetwork network;
};

std::string why_not(MemoryNetwork& network, const hawser::Endpoint& endpoint) {
    std::string why;
    auto failed = network.connect<Protocol>(endpoint).then(
        [&](Protocol*) { why = "connected"; },
        [&](const std::exception_ptr& error) { why = hawser::message_of(error); });
    network.pump();
    return why;
}

} // namespace

TEST_SUITE_BEGIN("MemoryNetwork");

TEST_CASE_FIXTURE(Fixture, "a client and a server talk, when the network is pumped") {
    const Listener listener = serve("tcp:8000");
    Talker& client = connect("tcp:8000");
    CHECK(take() == "client made; server made");

    client.transport().write("hello");
    CHECK(take() == "");
    network.pump();
    CHECK(take() == "server got hello");
    server->transport().write("you too");
    network.pump();

    CHECK(take() == "client got you too");
}

TEST_CASE_FIXTURE(Fixture, "when the client closes, the client is lost, then the server") {
    const Listener listener = serve("tcp:8000");
    Talker& client = connect("tcp:8000");
    client.transport().write("bye");
    client.transport().lose_connection();
    take();

    network.pump();

    CHECK(take() == "client lost; server got bye; server lost");
    CHECK(network.leftovers() == "listening on tcp:8000\n");
}

TEST_CASE_FIXTURE(Fixture, "a reset is told behind what came before it") {
    const Listener listener = serve("tcp:8000");
    connect("tcp:8000");
    take();
    server->transport().write("one more thing");
    network.pump();
    take();

    server->transport().abort_connection();
    network.pump();

    CHECK(take() == "server lost: connection aborted; client lost: connection reset by peer");
}

TEST_CASE_FIXTURE(Fixture, "where nobody listens, connecting is refused") {
    CHECK(why_not(network, "tcp:8000") == "cannot connect to tcp:8000: connection refused");
    CHECK(why_not(network, "unix:/run/chat") ==
          "cannot connect to unix:/run/chat: connection refused");
    { const Listener listener = serve("tcp:8000"); }
    CHECK(why_not(network, "tcp:8000") == "cannot connect to tcp:8000: connection refused");
    CHECK(network.asked() == Lines{"tcp:8000", "unix:/run/chat", "tcp:8000"});
}

TEST_CASE_FIXTURE(Fixture, "behind a proxy, the server sees the client that the proxy names") {
    const Listener listener = serve("haproxy:tcp:8000");
    Talker& proxy = connect("tcp:8000");

    proxy.transport().write("PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n");
    network.pump();

    REQUIRE(server != nullptr);
    CHECK(server->transport().peer() == Address::ipv4({1, 2, 3, 4}, 1000));
    CHECK_THROWS_AS((void)serve("nosuch:8000"), hawser::EndpointError);
    CHECK_THROWS_AS((void)why_not(network, "nosuch:8000"), hawser::EndpointError);
    CHECK(why_not(network, "haproxy:tcp:8000") ==
          "cannot connect to haproxy:tcp:8000: not with this kind of endpoint");
    proxy.transport().abort_connection();
    network.pump();
}

TEST_CASE_FIXTURE(Fixture, "one place can be listened on once") {
    const Listener tcp = serve("tcp:8000");
    const Listener local = serve("unix:/run/chat");

    CHECK_THROWS_WITH((void)serve("tcp:8000"), "cannot listen on tcp:8000: address already in use");
    CHECK_THROWS_WITH((void)serve("tcp:127.0.0.1:8000"),
                      "cannot listen on tcp:127.0.0.1:8000: address already in use");
    CHECK_THROWS_WITH((void)serve("unix:/run/chat:mode=600"),
                      "cannot listen on unix:/run/chat:mode=600: address already in use");
    CHECK_THROWS_WITH((void)serve("udp:8000"),
                      "cannot listen on udp:8000: not with this kind of endpoint");
    const Listener other = serve("tcp:8001");
    const Listener machine = serve("vsock:8000");
}

TEST_CASE_FIXTURE(Fixture, "who listens everywhere is found by every host, else by its own alone") {
    const Listener everywhere = serve("tcp:80");
    const Listener one = serve("tcp:192.0.2.1:81");
    const Listener here = serve("tcp:127.0.0.1:82");

    connect("tcp:example.org:80");
    connect("tcp:[2001:db8::1]:80");
    connect("tcp:192.0.2.1:81");
    connect("tcp:82");
    CHECK(why_not(network, "tcp:192.0.2.2:81") ==
          "cannot connect to tcp:192.0.2.2:81: connection refused");
    CHECK(why_not(network, "tcp:81") == "cannot connect to tcp:81: connection refused");
}

TEST_CASE_FIXTURE(Fixture, "both ends know where they are") {
    const Listener any = serve("tcp:0");
    const Listener fixed = serve("tcp:192.0.2.1:80");
    const Listener local = serve("unix:/run/chat");
    const Listener machine = serve("vsock:1024");
    CHECK(any.address() == Address::ipv6({}, 49152));

    Talker& first = connect("tcp:" + std::to_string(any.address().port()));
    CHECK(to_string(first.transport().peer()) == "127.0.0.1:49152");
    CHECK(server->transport().host() == first.transport().peer());
    CHECK(server->transport().peer() == first.transport().host());
    CHECK(server->transport().peer().ip() == "127.0.0.1");
    Talker& second = connect("tcp:192.0.2.1:80:bind=192.0.2.9");
    CHECK(to_string(second.transport().peer()) == "192.0.2.1:80");
    CHECK(second.transport().host().ip() == "192.0.2.9");
    CHECK(second.transport().host() != first.transport().host());
    Talker& third = connect("unix:/run/chat");
    CHECK(to_string(third.transport().peer()) == "unix:/run/chat");
    CHECK(to_string(third.transport().host()) == "unix:");
    Talker& fourth = connect("vsock:1024");
    CHECK(to_string(fourth.transport().peer()) == "vsock:1:1024");
}

TEST_CASE_FIXTURE(Fixture,
                  "a server that refuses ends the connection; a client that does, the attempt") {
    const Listener listener =
        network.listen("tcp:8000", hawser::factory([] { return std::unique_ptr<Talker>(); }));

    connect("tcp:8000");
    CHECK(take() == "client made; client lost");
    std::string why;
    auto failed =
        network.connect("tcp:8000", hawser::factory([] { return std::unique_ptr<Talker>(); }))
            .then([](Protocol*) {},
                  [&](const std::exception_ptr& error) { why = hawser::message_of(error); });
    network.pump();

    CHECK(why == "cannot connect to tcp:8000: refused by the factory");
    CHECK(network.leftovers() == "listening on tcp:8000\n");
}

TEST_CASE_FIXTURE(Fixture, "a factory that throws is reported, and refuses") {
    const hawser::testing::LogCapture log;
    const Listener listener = network.listen(
        "tcp:8000",
        hawser::factory([]() -> std::unique_ptr<Talker> { throw std::runtime_error("no room"); }));

    connect("tcp:8000");

    CHECK(take() == "client made; client lost");
    CHECK(log.lines() == Lines{"error network: build_protocol threw: no room"});
}

TEST_CASE_FIXTURE(Fixture, "a kind can be added, and may wrap what connects") {
    CHECK_THROWS_AS((void)network.connect<Talker>("hello:tcp:8000", std::ref(journal), "client"),
                    hawser::EndpointError);
    network.kinds().add("hello", std::make_unique<GreetingKind>());
    const Listener listener = serve("tcp:8000");

    Talker& client = connect("hello:tcp:8000"); // not what is around it
    CHECK(take() == "client made; server made; server got hello");
    client.transport().write("again");
    network.pump();
    CHECK(take() == "server got again");
}

TEST_CASE_FIXTURE(Fixture, "a kind that connects something else is an error") {
    struct OtherKind final : hawser::EndpointKind {
        Deferred<Protocol*> connect(hawser::Network& network, const hawser::Endpoint& endpoint,
                                    std::shared_ptr<hawser::Factory>) override {
            return network.connect(endpoint.inner(), hawser::factory_for<Protocol>());
        }
    };
    network.kinds().add("other", std::make_unique<OtherKind>());
    const Listener listener = serve("tcp:8000");
    std::string why;

    auto failed =
        network.connect<Talker>("other:tcp:8000", std::ref(journal), "client")
            .then([](Talker*) {},
                  [&](const std::exception_ptr& error) { why = hawser::message_of(error); });
    network.pump();

    CHECK(why == "cannot connect to other:tcp:8000: not with this kind of endpoint");
}

TEST_CASE_FIXTURE(Fixture, "an attempt that gets no answer ends at its deadline") {
    const Listener listener = serve("tcp:8000");
    network.set_silent("tcp:8000");
    std::string why;
    auto failed =
        network.connect<Protocol>("tcp:8000:timeout=5")
            .then([](Protocol*) {},
                  [&](const std::exception_ptr& error) { why = hawser::message_of(error); });

    network.advance(4s);
    CHECK(network.leftovers() == "listening on tcp:8000\nconnecting to tcp:8000:timeout=5\n");
    CHECK(why.empty());
    network.advance(1s);
    CHECK(why == "cannot connect to tcp:8000:timeout=5: timed out");

    network.set_silent("tcp:8000", false);
    connect("tcp:8000");
}

TEST_CASE_FIXTURE(Fixture, "dropping the Deferred gives the attempt up, and its factory is told") {
    struct Counting final : hawser::Factory {
        std::unique_ptr<Protocol> build_protocol(const Address&) override { return nullptr; }
    };
    const Listener listener = serve("tcp:8000");
    const auto factory = std::make_shared<Counting>();

    { const auto dropped = network.connect("tcp:8000", factory); }
    CHECK(factory->started());
    network.pump();

    CHECK_FALSE(factory->started());
    CHECK(take() == "");
}

TEST_CASE_FIXTURE(Fixture,
                  "a factory is stopped when its last connection is lost, or its listener gone") {
    const auto clients = hawser::factory_for<Talker>(std::ref(journal), "client");
    const auto servers = hawser::factory_for<Talker>(std::ref(journal), "server");
    Listener listener = network.listen("tcp:8000", servers);
    Protocol* client = nullptr;
    auto connected =
        network.connect("tcp:8000", clients).then([&](Protocol* made) { client = made; });
    network.pump();
    CHECK(clients->started());

    static_cast<Talker*>(client)->transport().lose_connection();
    listener.stop_listening();
    CHECK_FALSE(listener.listening());
    network.pump();

    CHECK_FALSE(clients->started());
    CHECK_FALSE(servers->started());
}

TEST_CASE_FIXTURE(Fixture, "each direction may end by itself") {
    struct Answering final : Talker {
        using Talker::Talker;
        bool read_connection_lost() override {
            note("read all");
            return true;
        }
        void write_connection_lost() override { note("wrote all"); }
    };
    Answering* other = nullptr;
    const Listener listener = network.listen("tcp:8000", hawser::factory([&] {
                                                 auto made =
                                                     std::make_unique<Answering>(journal, "server");
                                                 other = made.get();
                                                 return made;
                                             }));
    Answering* client = nullptr;
    auto connected = network.connect<Answering>("tcp:8000", std::ref(journal), "client")
                         .then([&](Answering* made) { client = made; });
    network.pump();
    take();

    client->transport().write("question");
    client->transport().lose_write_connection();
    network.pump();
    CHECK(take() == "client wrote all; server got question; server read all");
    other->transport().write("answer");
    other->transport().lose_connection();
    network.pump();

    CHECK(take() == "client got answer; server lost; client read all");
    client->transport().lose_connection();
    network.pump();
    CHECK(take() == "client lost");
}

TEST_CASE_FIXTURE(Fixture, "what one writes waits while the other does not read") {
    struct Writing final : Talker {
        using Talker::Talker;
        void write_paused() override { note("paused"); }
        void write_resumed() override { note("resumed"); }
    };
    struct Reading final : Talker {
        Reading(Journal& journal, std::size_t& count) : Talker(journal, "server"), count_(count) {}
        void data_received(Bytes data) override { count_ += data.size(); }
        std::size_t& count_;
    };
    std::size_t count = 0;
    Reading* reader = nullptr;
    const Listener listener = network.listen("tcp:8000", hawser::factory([&] {
                                                 auto made =
                                                     std::make_unique<Reading>(journal, count);
                                                 reader = made.get();
                                                 return made;
                                             }));
    Writing* writer = nullptr;
    auto connected =
        network.connect<Writing>("tcp:8000", std::ref(journal), "client").then([&](Writing* made) {
            writer = made;
        });
    network.pump();
    take();

    reader->transport().pause_producing();
    writer->transport().write(std::string(200'000, 'x'));
    network.pump();
    CHECK(take() == "client paused");
    CHECK(writer->transport().queued() == 200'000 - 64 * 1024);
    CHECK(count == 0);
    reader->transport().resume_producing();
    network.pump();

    CHECK(take() == "client resumed");
    CHECK(count == 200'000);
}

TEST_CASE_FIXTURE(Fixture, "who stalls a close is reset at the deadline of the transport") {
    const Listener listener = serve("tcp:8000");
    Talker& client = connect("tcp:8000");
    server->transport().pause_producing();
    client.transport().write(std::string(200'000, 'x'));
    client.transport().lose_connection();
    take();

    network.advance(29s);
    CHECK(take() == "");
    network.advance(1s);

    CHECK(take() == "client lost: timed out; server lost: connection reset by peer");
}

TEST_CASE_FIXTURE(Fixture,
                  "an end that has closed hears no more, and what is sent to it is not kept") {
    const Listener listener = serve("tcp:8000");
    Talker& client = connect("tcp:8000");
    server->transport().pause_producing(); // so that it does not see the end
    client.transport().lose_connection();
    network.pump();
    take();

    server->transport().set_write_limit(100'000);
    server->transport().write(std::string(64 * 1024, 'x'));
    network.pump();
    CHECK(server->transport().queued() == 0);
    server->transport().write(std::string(100'000, 'x'));
    network.pump();
    CHECK(server->transport().queued() == 100'000);
    server->transport().write("x");
    network.pump();

    CHECK(take() == "server lost: peer does not read: write queue over its limit");
}

TEST_CASE_FIXTURE(Fixture, "calls are made at their time, and what they write arrives at it") {
    const Listener listener = serve("tcp:8000");
    Talker& client = connect("tcp:8000");
    take();
    const auto timer = network.clock().call_later(5s, [&] { client.transport().write("late"); });
    const auto after = network.clock().call_later(5s + 1ms, [&] { journal.note("after"); });
    CHECK(network.leftovers().find("2 timers\n") != std::string::npos);

    network.advance(10s);

    CHECK(take() == "server got late; after");
}

TEST_CASE_FIXTURE(Fixture, "what does not come to rest is an error, not a test that hangs") {
    std::function<void()> again;
    hawser::Timer timer;
    again = [&] { timer = network.clock().call_later(0s, [&] { again(); }); };
    again();

    CHECK_THROWS_WITH_AS(network.pump(), "the protocol does not come to rest", std::logic_error);
}

TEST_CASE_FIXTURE(Fixture, "leftovers names what a test has not ended") {
    CHECK(network.leftovers().empty());
    const Listener listener = serve("tcp:8000:backlog=5");
    connect("tcp:8000");
    const auto waiting = network.connect<Talker>("unix:/run/chat", std::ref(journal), "x");
    const auto timer = network.clock().call_later(1s, [] {});

    CHECK(network.leftovers() == "listening on tcp:8000:backlog=5\n"
                                 "connecting to unix:/run/chat\n"
                                 "talker::Talker at 127.0.0.1:49153, connected to 127.0.0.1:8000\n"
                                 "talker::Talker at 127.0.0.1:8000, connected to 127.0.0.1:49153\n"
                                 "1 timer\n");
}

TEST_CASE(
    "a network that ends tells its connections and attempts, and its handles do nothing more") {
    Journal journal;
    auto network = std::make_unique<MemoryNetwork>();
    const auto servers = hawser::factory_for<Talker>(std::ref(journal), "server");
    Listener listener = network->listen("tcp:8000", servers);
    auto connected = network->connect<Talker>("tcp:8000", std::ref(journal), "client");
    network->pump();
    std::string why;
    auto waiting =
        network->connect<Talker>("tcp:8000", std::ref(journal), "late")
            .then([](Talker*) {},
                  [&](const std::exception_ptr& error) { why = hawser::message_of(error); });
    hawser::Timer timer = network->clock().call_later(1s, [] {});
    journal.take();

    network.reset();

    CHECK(why == "cannot connect to tcp:8000: canceled");
    CHECK(journal.take() == "client lost: connection aborted; server lost: connection aborted");
    CHECK_FALSE(servers->started());
    CHECK_FALSE(listener.listening());
    CHECK(listener.address().port() == 8000);
    CHECK_FALSE(timer.active());
    listener.stop_listening();
}

TEST_SUITE_END();
