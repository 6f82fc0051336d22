// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"
#include "system_calls.h"

#include <hawser/core/error.h>
#include <hawser/testing/fixed_resolver.h>

#include <netinet/in.h>

#include <cerrno>
#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using hawser::testing::FixedResolver;
using namespace std::chrono_literals;

namespace {

/// Takes connections at most two times, and then answers nobody: its backlog is full.
struct BlackHole {
    explicit BlackHole(const Address& where)
        : listener(where), first(RawPeer::connect(listener.address())),
          second(RawPeer::connect(listener.address())) {}
    RawListener listener;
    RawPeer first;
    RawPeer second;
};

/// A reactor that knows the names it was told, and a server on a port of 127.0.0.1.
struct Race {
    Reactor reactor{no_signals()};
    Story served;
    Story client;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    FixedResolver* names = nullptr;

    Race() {
        auto resolver = std::make_unique<FixedResolver>();
        names = resolver.get();
        reactor.set_resolver(std::move(resolver));
    }
    Deferred<Protocol*> connect(const std::string& host, const std::string& keys = "") {
        return reactor.connect("tcp:" + host + ":" + std::to_string(listener.address().port()) +
                                   keys,
                               telling(client));
    }
    std::string outcome(Deferred<Protocol*> attempt) {
        CHECK(turn_until(reactor, [&] { return attempt.settled(); }));
        return failure_of(std::move(attempt));
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: connecting to one of many addresses");

TEST_CASE("the resolver's addresses are tried in turn, at once when one refuses") {
    Race race;
    race.names->set("example.org", {"127.0.0.2", "127.0.0.3", "127.0.0.1"});
    const auto before = std::chrono::steady_clock::now();

    CHECK(race.outcome(race.connect("example.org")) == "");

    CHECK(std::chrono::steady_clock::now() - before < 250ms);
    CHECK(race.client.transport->peer() == race.listener.address());
    CHECK(race.names->asked() == std::vector<std::string>{"example.org"});
    race.client.transport->lose_connection();
    CHECK(turn_until(race.reactor, [&] { return race.client.saw("gone"); }));
}

TEST_CASE("one that does not answer is overtaken by the next, and its socket is closed") {
    Race race;
    const BlackHole hole(Address::ipv4({127, 0, 0, 2}, race.listener.address().port()));
    race.names->set("example.org", {"127.0.0.2", "127.0.0.1"});
    const std::size_t before = open_descriptors();
    const auto start = race.reactor.now();

    CHECK(race.outcome(race.connect("example.org")) == "");

    CHECK(race.reactor.now() - start >= 250ms);
    CHECK(race.client.transport->peer() == race.listener.address());
    CHECK(turn_until(race.reactor, [&] { return race.served.living == 1; }));
    CHECK(open_descriptors() == before + 2); // both ends of the one connection
    race.client.transport->abort_connection();
    CHECK(turn_until(race.reactor, [&] { return race.client.saw("gone"); }));
}

TEST_CASE("an earlier attempt is kept, and wins when it is the first to connect") {
    Race race;
    const BlackHole later(Address::ipv4({127, 0, 0, 3}, race.listener.address().port()));
    BlackHole slow(Address::ipv4({127, 0, 0, 2}, race.listener.address().port()));
    race.names->set("example.org", {"127.0.0.2", "127.0.0.3"});
    auto connecting = race.connect("example.org");
    const auto start = race.reactor.now();
    CHECK(turn_until(race.reactor, [&] { return race.reactor.now() - start > 260ms; }));
    CHECK_FALSE(connecting.settled());

    const Fd one = slow.listener.accept(); // room again; the kernel sends its SYN anew
    const Fd two = slow.listener.accept();

    CHECK(race.outcome(std::move(connecting)) == "");
    CHECK(race.client.transport->peer().ip() == "127.0.0.2");
    race.client.transport->abort_connection();
    CHECK(turn_until(race.reactor, [&] { return race.client.saw("gone"); }));
}

TEST_CASE("when all fail it is the last error that is told; without addresses, that") {
    Race race;
    const std::string port = std::to_string(race.listener.address().port());
    race.names->set("refuses.example", {"127.0.0.2", "127.0.0.3"});
    race.names->set("empty.example", std::vector<Address>{});

    CHECK(race.outcome(race.connect("refuses.example")) ==
          "cannot connect to tcp:refuses.example:" + port + ": connection refused");
    CHECK(race.outcome(race.connect("empty.example")) ==
          "cannot connect to tcp:empty.example:" + port + ": host not found");
    CHECK(race.outcome(race.connect("no.example")) ==
          "cannot connect to tcp:no.example:" + port +
              ": cannot look up no.example: host not found");
    CHECK(race.client.count("stop_factory") == 3);
}

TEST_CASE("an attempt that cannot begin is one that failed, whenever its turn comes") {
    Race race;
    const std::string port = std::to_string(race.listener.address().port());
    race.names->set("first.example", {"::1", "127.0.0.1"});
    race.names->set("last.example", {"127.0.0.2", "::1"});
    race.names->set("only.example", {"::1"});
    const FailingOption no_traffic_class(IPPROTO_IPV6, IPV6_TCLASS, EPERM);
    const auto what = [&](const std::string& host) {
        return "cannot connect to tcp:" + host + ":" + port +
               ":tos=16: cannot set tos: operation not permitted";
    };

    CHECK(race.outcome(race.connect("last.example", ":tos=16")) == what("last.example"));
    CHECK(race.outcome(race.connect("only.example", ":tos=16")) == what("only.example"));
    CHECK(race.outcome(race.connect("first.example", ":tos=16")) == "");
    race.client.transport->abort_connection();
    CHECK(turn_until(race.reactor, [&] { return race.client.living == 0; }));
}

TEST_CASE("a resolver that fails is quoted") {
    struct Grumpy final : hawser::Resolver {
        Deferred<std::vector<Address>> resolve(std::string_view) override {
            return Deferred<std::vector<Address>>::fail(
                std::make_exception_ptr(std::runtime_error("not today")));
        }
    };
    Race race;
    const std::string port = std::to_string(race.listener.address().port());
    race.reactor.set_resolver(std::make_unique<Grumpy>());

    CHECK(race.outcome(race.connect("example.org")) ==
          "cannot connect to tcp:example.org:" + port + ": not today: host not found");
}

TEST_CASE("what cannot be a host's name is refused before any look-up") {
    Race race;
    for (const std::string& host : {std::string("a..b"), std::string("-x-"), std::string(64, 'a'),
                                    std::string("a b"), std::string("1.2.3")}) {
        CAPTURE(host);
        auto connecting = race.connect(host);
        CHECK_FALSE(connecting.settled()); // from the loop

        CHECK(race.outcome(std::move(connecting)).ends_with(": bad host name"));
    }
    CHECK(race.names->asked().empty());
}

TEST_CASE("one deadline for the look-up and all addresses") {
    Race race;
    race.names->set_delay(race.reactor, 10s);
    race.names->set("example.org", {"127.0.0.1"});

    CHECK(race.outcome(race.connect("example.org", ":timeout=1")).ends_with(": timed out"));
    CHECK(race.names->waiting() == 0);
}

TEST_CASE("dropped, it stops the look-up and every attempt") {
    Race race;
    const BlackHole one(Address::ipv4({127, 0, 0, 2}, race.listener.address().port()));
    const BlackHole two(Address::ipv4({127, 0, 0, 3}, race.listener.address().port()));
    race.names->set("example.org", {"127.0.0.2", "127.0.0.3"});
    const std::size_t before = open_descriptors();
    {
        const auto connecting = race.connect("example.org");
        CHECK(turn_until(race.reactor, [&] { return open_descriptors() == before + 2; }));
    }
    CHECK(open_descriptors() == before);

    race.names->set_delay(race.reactor, 10s);
    {
        const auto connecting = race.connect("example.org");
        CHECK(turn_until(race.reactor, [&] { return race.names->waiting() == 1; }));
    }
    CHECK(race.names->waiting() == 0);
}

TEST_CASE("a client may choose the address it connects from") {
    Race race;
    CHECK(race.outcome(race.connect("127.0.0.1", ":bind=127.0.0.9")) == "");

    CHECK(turn_until(race.reactor, [&] { return race.served.living == 1; }));
    CHECK(race.served.transport->peer().ip() == "127.0.0.9");
    race.client.transport->abort_connection();
    CHECK(turn_until(race.reactor, [&] { return race.client.saw("gone"); }));

    CHECK(race.outcome(race.connect("127.0.0.1", ":bind=nowhere")).ends_with(": bad address"));
    CHECK(race.outcome(race.connect("127.0.0.1", ":bind=192.0.2.1"))
              .ends_with(": cannot assign requested address"));
}

TEST_SUITE_END();
