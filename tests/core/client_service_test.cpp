// SPDX-License-Identifier: MIT
#include <hawser/core/client_service.h>

#include <hawser/core/uniform_random.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_network.h>

#include "greeting_kind.h"
#include "talker.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using hawser::Address;
using hawser::Backoff;
using hawser::ClientOptions;
using hawser::ClientService;
using hawser::Deferred;
using hawser::Listener;
using hawser::Promise;
using hawser::Protocol;
using talker::Talker;

using namespace std::chrono_literals;

namespace {

constexpr auto place = "tcp:8000";

/// Waits 1 s, 2 s, 4 s, 8 s, 8 s ...
ClientOptions doubling() {
    return {.backoff = Backoff{.first = 1s, .longest = 8s, .factor = 2, .jitter = 0},
            .random = {},
            .retries = {},
            .prepare = {}};
}

/// A service, not started, and the server it looks for.
struct Fixture {
    explicit Fixture(ClientOptions options = doubling()) {
        client.emplace(network, network.clock(), place,
                       hawser::factory_for<Talker>(std::ref(journal), "client"),
                       std::move(options));
    }

    void serve() {
        listener = network.listen(place, hawser::factory([this] {
                                      auto made = std::make_unique<Talker>(journal, "server");
                                      server = made.get();
                                      return made;
                                  }));
    }
    /// Notes how it goes.
    Deferred<> wait_for_connection(std::size_t fail_after = 0) {
        return client->when_connected<Talker>(fail_after)
            .then([this](Talker*) { journal.note("connected"); },
                  [this](const std::exception_ptr& error) {
                      journal.note("waited for nothing: " + hawser::message_of(error));
                  });
    }
    Deferred<> stop() {
        return client->stop().then([this] { journal.note("stopped"); });
    }
    /// How many attempts there are in \p duration.
    std::size_t attempts_in(std::chrono::nanoseconds duration) {
        const std::size_t before = network.asked().size();
        network.advance(duration);
        return network.asked().size() - before;
    }
    std::string take() {
        network.pump();
        return journal.take();
    }

    const hawser::testing::LogCapture log;
    talker::Journal journal;
    hawser::testing::MemoryNetwork network;
    Listener listener;
    Talker* server = nullptr; // the last
    Deferred<> asked;         // of a case that asks from a callback
    std::optional<ClientService> client;
};

/// The same, with options of its own.
struct Preparing : Fixture {
    Preparing()
        : Fixture([this] {
              ClientOptions options = doubling();
              options.prepare = [this](Protocol&) {
                  journal.note("prepare");
                  return prepared.emplace().deferred();
              };
              return options;
          }()) {}

    std::optional<Promise<>> prepared;
};

} // namespace

TEST_SUITE_BEGIN("ClientService");

TEST_CASE_FIXTURE(Fixture, "a client connects once it is started, and those who waited are told") {
    serve();
    const Deferred<> early = wait_for_connection();
    CHECK(take() == "");

    client->start();
    CHECK(take() == "client made; connected; server made");
    const Deferred<> late = wait_for_connection();

    CHECK(take() == "connected");
}

TEST_CASE_FIXTURE(Fixture,
                  "the waits grow with each failure, and are short again after a success") {
    const Deferred<> waiting = wait_for_connection();
    client->start();
    CHECK(attempts_in(0s) == 0); // the first was made by start()
    CHECK(network.asked().size() == 1);
    CHECK(attempts_in(999ms) == 0);
    CHECK(attempts_in(1ms) == 1);
    CHECK(attempts_in(1999ms) == 0);
    serve();
    CHECK(attempts_in(1ms) == 1);
    CHECK(take() == "client made; connected; server made");

    listener.stop_listening();
    server->transport().lose_connection();
    CHECK(take() == "server lost; client lost");
    CHECK(attempts_in(999ms) == 0);
    CHECK(attempts_in(1ms) == 1);
    CHECK(attempts_in(1999ms) == 0);
    CHECK(attempts_in(1ms) == 1);
    CHECK(attempts_in(4s + 8s + 8s) == 3); // it grows no more
}

TEST_CASE_FIXTURE(Fixture, "what it does about a failure is logged") {
    client->start();
    network.pump();
    serve();
    network.advance(1s);
    server->transport().abort_connection();
    network.pump();

    CHECK(log.lines() == std::vector<std::string>{
                             "info client: cannot connect to tcp:8000: connection refused; trying "
                             "again in 1000 ms",
                             "info client: lost the connection to tcp:8000: connection reset by "
                             "peer; trying again in 1000 ms",
                         });
}

TEST_CASE("a part of each wait is left out, as the random numbers say") {
    ClientOptions options = doubling();
    options.backoff.jitter = 0.5;
    options.random = [random = 0.5]() mutable { return std::exchange(random, 0.0); };
    Fixture it(std::move(options));

    it.client->start();
    CHECK(it.attempts_in(749ms) == 0);
    CHECK(it.attempts_in(1ms) == 1);
    CHECK(it.attempts_in(1999ms) == 0);
    CHECK(it.attempts_in(1ms) == 1);
}

TEST_CASE("a client that may try twice again makes three attempts, and gives up") {
    ClientOptions options = doubling();
    options.retries = 2;
    Fixture it(std::move(options));
    const Deferred<> waiting = it.wait_for_connection();

    it.client->start();
    CHECK(it.attempts_in(1h) == 2);
    CHECK(it.take() == "waited for nothing: cannot connect to tcp:8000: connection refused");
    CHECK(it.log.lines().back() ==
          "warning client: gave up: cannot connect to tcp:8000: connection refused");
    const Deferred<> late = it.wait_for_connection();
    CHECK(it.take() == "waited for nothing: cannot connect to tcp:8000: connection refused");
    CHECK(it.network.leftovers() == "");

    it.client->start(); // anew, with as many
    CHECK(it.attempts_in(1s) == 1);
    it.serve();
    CHECK(it.attempts_in(2s) == 1);
    CHECK(it.take() == "client made; server made");
    it.listener.stop_listening();
    it.server->transport().lose_connection();
    CHECK(it.attempts_in(1h) == 2); // as many again
}

TEST_CASE_FIXTURE(Fixture, "who waits may bear a number of failures, counted from when it came") {
    client->start();
    network.advance(1s); // two attempts have failed
    const Deferred<> one = wait_for_connection(1);
    const Deferred<> two = wait_for_connection(2);
    const Deferred<> any = wait_for_connection();

    network.advance(2s);
    CHECK(take() == "waited for nothing: cannot connect to tcp:8000: connection refused");
    network.advance(4s);
    CHECK(take() == "waited for nothing: cannot connect to tcp:8000: connection refused");
    serve();
    network.advance(8s);

    CHECK(take() == "client made; connected; server made");
}

TEST_CASE_FIXTURE(Fixture,
                  "who asks as a connection is lost waits for the next, and has seen no failure") {
    struct Asking final : Talker {
        explicit Asking(Fixture& fixture) : Talker(fixture.journal, "client"), fixture_(fixture) {}
        void connection_lost(std::error_code) override {
            if (fixture_.client) {
                fixture_.asked = fixture_.wait_for_connection(1);
            }
        }
        Fixture& fixture_;
    };
    serve();
    client.emplace(network, network.clock(), place, hawser::factory_for<Asking>(std::ref(*this)),
                   doubling());
    client->start();
    network.pump();

    server->transport().lose_connection();
    CHECK(take() == "client made; server made; server lost");
    network.advance(1s);

    CHECK(take() == "client made; connected; server made");
    client.reset();
    network.pump(); // while there is a fixture to ask
}

TEST_CASE_FIXTURE(Fixture, "a client connects through a kind that wraps what connects") {
    network.kinds().add("hello", std::make_unique<talker::GreetingKind>());
    serve();
    client.emplace(network, network.clock(), "hello:tcp:8000",
                   hawser::factory_for<Talker>(std::ref(journal), "client"), doubling());
    const Deferred<> waiting = wait_for_connection();

    client->start();
    CHECK(take() == "client made; connected; server made; server got hello");
    server->transport().lose_connection();
    CHECK(take() == "server lost; client lost");

    CHECK(attempts_in(1s) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a kind that connects something else makes it give up") {
    struct OtherKind final : hawser::EndpointKind {
        Deferred<Protocol*> connect(hawser::Network& network, const hawser::Endpoint& endpoint,
                                    std::shared_ptr<hawser::Factory>) override {
            return network.connect(endpoint.inner(), hawser::factory_for<Protocol>());
        }
    };
    network.kinds().add("other", std::make_unique<OtherKind>());
    serve();
    client.emplace(network, network.clock(), "other:tcp:8000",
                   hawser::factory_for<Talker>(std::ref(journal), "client"), doubling());
    const Deferred<> waiting = wait_for_connection();

    client->start();

    CHECK(take() == "waited for nothing: cannot connect to other:tcp:8000: not with this kind of "
                    "endpoint; server made");
    CHECK(attempts_in(1h) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a protocol inside the policies of its factory is found") {
    serve();
    client.emplace(network, network.clock(), place,
                   std::make_shared<talker::Greeters>(
                       hawser::factory_for<Talker>(std::ref(journal), "client")),
                   doubling());
    Talker* found = nullptr;
    const Deferred<> waiting =
        client->when_connected<Talker>().then([&](Talker* made) { found = made; });

    client->start();
    CHECK(take() == "client made; server made; server got hello");

    REQUIRE(found != nullptr);
    found->transport().write("again");
    CHECK(take() == "server got again");
}

TEST_CASE_FIXTURE(Fixture, "a client connects again though its protocol throws as it is lost") {
    struct Throwing final : Talker {
        using Talker::Talker;
        void connection_lost(std::error_code) override { throw std::runtime_error("no"); }
    };
    serve();
    client.emplace(network, network.clock(), place,
                   hawser::factory_for<Throwing>(std::ref(journal), "client"), doubling());
    client->start();
    static_cast<void>(take());

    SUBCASE("when the server closes") {
        server->transport().lose_connection();
        CHECK(take() == "server lost");
        CHECK(attempts_in(1s) == 1);
        CHECK(take() == "client made; server made");
    }
    SUBCASE("when it is stopped") {
        const Deferred<> stopped = stop();
        CHECK(take() == "stopped; server lost");
    }
    CHECK(log.count("Throwing::connection_lost threw: no") == 1);
}

TEST_CASE_FIXTURE(Fixture, "a client connects again though what is around its protocol throws") {
    struct Throwing final : hawser::ProtocolWrapper {
        using ProtocolWrapper::ProtocolWrapper;
        void connection_lost(std::error_code) override { throw std::runtime_error("no"); }
    };
    struct Throwers final : hawser::FactoryWrapper {
        using FactoryWrapper::FactoryWrapper;
        std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
            return std::make_unique<Throwing>(wrapped().build_protocol(peer));
        }
    };
    struct ThrowingKind final : hawser::EndpointKind {
        Deferred<Protocol*> connect(hawser::Network& network, const hawser::Endpoint& endpoint,
                                    std::shared_ptr<hawser::Factory> factory) override {
            return network.connect(endpoint.inner(),
                                   std::make_shared<Throwers>(std::move(factory)));
        }
    };
    network.kinds().add("throwing", std::make_unique<ThrowingKind>());
    serve();
    client.emplace(network, network.clock(), "throwing:tcp:8000",
                   hawser::factory_for<Talker>(std::ref(journal), "client"), doubling());
    client->start();
    static_cast<void>(take());

    server->transport().lose_connection();
    CHECK(take() == "server lost"); // the client's protocol was told nothing

    CHECK(attempts_in(1s) == 1);
    CHECK(take() == "client made; server made");
}

TEST_CASE("random numbers that throw leave the jitter out") {
    ClientOptions options = doubling();
    options.backoff.jitter = 0.5;
    options.random = []() -> double { throw std::runtime_error("no numbers"); };
    Fixture it(std::move(options));
    it.serve();
    it.client->start();
    static_cast<void>(it.take());

    it.server->transport().lose_connection();
    CHECK(it.take() == "server lost; client lost");
    const Deferred<> waiting = it.wait_for_connection();

    CHECK(it.attempts_in(999ms) == 0);
    CHECK(it.attempts_in(1ms) == 1);
    CHECK(it.take() == "client made; connected; server made");
    CHECK(it.log.count("the random numbers of a client threw: no numbers") == 1);
}

TEST_CASE_FIXTURE(Fixture, "stopped from its connection_made(), a client is done at once") {
    struct Stopping final : Talker {
        explicit Stopping(Fixture& fixture)
            : Talker(fixture.journal, "client"), fixture_(fixture) {}
        void connection_made() override {
            note("made");
            fixture_.asked = fixture_.stop();
        }
        Fixture& fixture_;
    };
    serve();
    client.emplace(network, network.clock(), place, hawser::factory_for<Stopping>(std::ref(*this)),
                   doubling());

    client->start();

    CHECK(take() == "client made; stopped; server made; client lost: canceled; server lost: "
                    "connection reset by peer");
    CHECK(attempts_in(1h) == 0);
}

TEST_CASE_FIXTURE(Fixture, "stop closes the connection, and is done when that is lost") {
    serve();
    client->start();
    static_cast<void>(take());

    const Deferred<> first = stop();
    const Deferred<> second = stop();
    CHECK(journal.take() == "");
    CHECK(take() == "client lost; stopped; stopped; server lost");

    CHECK(attempts_in(1h) == 0);
    CHECK(network.leftovers() == "listening on tcp:8000\n");
}

TEST_CASE_FIXTURE(Fixture, "dropping the result of stop does not bring the client back") {
    serve();
    client->start();
    static_cast<void>(take());

    (void)client->stop();

    CHECK(take() == "client lost; server lost");
    CHECK(attempts_in(1h) == 0);
}

TEST_CASE_FIXTURE(Fixture, "stop while connecting cancels the attempt, and is done at once") {
    network.set_silent(place);
    client->start();
    network.pump();
    CHECK(network.leftovers() == "connecting to tcp:8000\n");
    const Deferred<> waiting = wait_for_connection();

    const Deferred<> stopped = stop();

    CHECK(journal.take() == "waited for nothing: waiting for a connection: canceled; stopped");
    CHECK(network.leftovers() == "");
}

TEST_CASE_FIXTURE(Fixture, "stop while waiting cancels the timer, and is done at once") {
    client->start();
    network.pump();
    CHECK(network.leftovers() == "1 timer\n");

    const Deferred<> stopped = stop();

    CHECK(journal.take() == "stopped");
    CHECK(network.leftovers() == "");
}

TEST_CASE_FIXTURE(Fixture, "stop before the start is done at once, and twice too") {
    const Deferred<> waiting = wait_for_connection();

    const Deferred<> first = stop();
    const Deferred<> second = stop();

    CHECK(journal.take() ==
          "waited for nothing: waiting for a connection: canceled; stopped; stopped");
}

TEST_CASE_FIXTURE(Fixture, "who waits for a client that was stopped is canceled") {
    serve();
    client->start();
    static_cast<void>(take());
    const Deferred<> stopped = stop();

    const Deferred<> stopping = wait_for_connection();
    CHECK(journal.take() == "waited for nothing: waiting for a connection: canceled");
    network.pump();
    static_cast<void>(take());
    const Deferred<> late = wait_for_connection();

    CHECK(journal.take() == "waited for nothing: waiting for a connection: canceled");
}

TEST_CASE_FIXTURE(Fixture,
                  "started while it stops, it connects again when the old connection is gone") {
    serve();
    client->start();
    static_cast<void>(take());
    const Deferred<> stopped = stop();

    client->start();
    const Deferred<> waiting = wait_for_connection();
    CHECK(network.asked().size() == 1);

    CHECK(take() == "client lost; stopped; client made; connected; server made; server lost");
    CHECK(network.asked().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "stopped once more before that, it stays stopped") {
    serve();
    client->start();
    static_cast<void>(take());
    const Deferred<> first = stop();
    client->start();

    const Deferred<> second = stop();

    CHECK(take() == "client lost; stopped; stopped; server lost");
    CHECK(attempts_in(1h) == 0);
}

TEST_CASE_FIXTURE(Fixture, "starting a client that runs does nothing") {
    serve();
    client->start();
    client->start();
    CHECK(take() == "client made; server made");

    client->start();

    CHECK(take() == "");
}

TEST_CASE_FIXTURE(Preparing, "a connection is prepared before anybody is told of it") {
    serve();
    const Deferred<> waiting = wait_for_connection();
    client->start();
    CHECK(take() == "client made; prepare; server made");

    prepared->resolve();

    CHECK(take() == "connected");
}

TEST_CASE_FIXTURE(Preparing,
                  "a connection that cannot be prepared is closed, and a failed attempt") {
    serve();
    const Deferred<> waiting = wait_for_connection();
    const Deferred<> impatient = wait_for_connection(1);
    client->start();
    static_cast<void>(take());

    prepared->fail(std::make_error_code(std::errc::permission_denied), "cannot log in");
    CHECK(take() ==
          "client lost; waited for nothing: cannot log in: permission denied; server lost");
    CHECK(attempts_in(999ms) == 0);
    network.advance(1ms);
    CHECK(take() == "client made; prepare; server made");
    prepared->fail(std::make_error_code(std::errc::permission_denied), "cannot log in");
    network.pump();
    CHECK(attempts_in(1999ms) == 0); // the waits grow
    network.advance(1ms);
    prepared->resolve();

    CHECK(take() == "client lost; server lost; client made; prepare; server made; connected");
}

TEST_CASE("a prepare that throws is one that fails") {
    ClientOptions options = doubling();
    options.prepare = [](Protocol&) -> Deferred<> { throw std::runtime_error("no"); };
    Fixture it(std::move(options));
    it.serve();
    const Deferred<> waiting = it.wait_for_connection(1);

    it.client->start();

    CHECK(it.take() ==
          "client made; server made; client lost; waited for nothing: no; server lost");
}

TEST_CASE_FIXTURE(Preparing, "a connection lost while it is prepared is a failed attempt") {
    serve();
    const Deferred<> waiting = wait_for_connection(1);
    client->start();
    static_cast<void>(take());

    server->transport().lose_connection();

    CHECK(take() ==
          "server lost; client lost; waited for nothing: lost the connection to tcp:8000: "
          "broken pipe");
    CHECK_FALSE(prepared->wanted());
}

TEST_CASE_FIXTURE(Preparing, "stop while a connection is prepared closes it") {
    serve();
    client->start();
    static_cast<void>(take());

    const Deferred<> stopped = stop();

    CHECK_FALSE(prepared->wanted());
    CHECK(take() == "client lost; stopped; server lost");
    CHECK(attempts_in(1h) == 0);
}

TEST_CASE("prepare may stop the client") {
    std::optional<Fixture> it;
    ClientOptions options = doubling();
    options.prepare = [&](Protocol&) {
        (void)it->client->stop();
        return Deferred<>::succeed();
    };
    it.emplace(std::move(options));
    it->serve();
    it->client->start();

    CHECK(it->take() == "client made; server made; client lost; server lost");
    CHECK(it->attempts_in(1h) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a client that goes closes its connection, or gives its attempt up") {
    serve();
    client->start();
    static_cast<void>(take());
    client.reset();
    CHECK(take() == "client lost; server lost");

    network.set_silent(place);
    client.emplace(network, network.clock(), place, hawser::factory_for<Protocol>());
    client->start();
    network.pump();
    client.reset();

    CHECK(network.leftovers() == "listening on tcp:8000\n");
}

TEST_CASE_FIXTURE(Fixture, "whoever is told may destroy the client") {
    serve();
    SUBCASE("of the connection") {
        const Deferred<> waiting =
            client->when_connected().then([&](Protocol*) { client.reset(); });
        client->start();
        CHECK(take() == "client made; server made; client lost; server lost");
    }
    SUBCASE("of its end") {
        client->start();
        static_cast<void>(take());
        const Deferred<> stopped = client->stop().then([&] { client.reset(); });
        CHECK(take() == "client lost; server lost");
    }
    SUBCASE("of a failure") {
        listener.stop_listening();
        const Deferred<> waiting = client->when_connected(1).then(
            [](Protocol*) {}, [&](const std::exception_ptr&) { client.reset(); });
        client->start();
        network.pump();
    }
    CHECK_FALSE(client.has_value());
}

TEST_CASE("a network that stops ends the attempts") {
    struct Ending final : hawser::Network {
        using Network::connect;
        Listener listen(const hawser::Endpoint&, std::shared_ptr<hawser::Factory>) override {
            return {};
        }
        Deferred<Protocol*> connect(const hawser::Endpoint&,
                                    std::shared_ptr<hawser::Factory>) override {
            if (ended) {
                throw hawser::Error(hawser::Errc::canceled, "cannot connect");
            }
            return Deferred<Protocol*>::fail(hawser::Errc::timed_out, "cannot connect");
        }
        bool ended = false;
    } network;
    const hawser::testing::LogCapture log;
    hawser::testing::ManualClock clock;
    ClientService client(network, clock, place, hawser::factory_for<Protocol>(), doubling());
    client.start();
    CHECK(clock.scheduled() == 1);

    network.ended = true;
    clock.advance(1s);

    CHECK(clock.scheduled() == 0);
    std::string why;
    const Deferred<> waiting = client.when_connected().then(
        [](Protocol*) {},
        [&](const std::exception_ptr& error) { why = hawser::message_of(error); });
    CHECK(why == "cannot connect: canceled");
    CHECK_THROWS_WITH(client.start(), "cannot connect: canceled");
}

TEST_CASE("random numbers are uniform, and the same for the same seed") {
    hawser::UniformRandom random(1);
    hawser::UniformRandom same(1);
    hawser::UniformRandom other(2);
    double sum = 0;
    double least = 1;
    double most = 0;
    bool repeats = true;
    bool differs = false;
    for (int i = 0; i < 10'000; ++i) {
        const double number = random();
        repeats = repeats && number == same();
        differs = differs || number != other();
        least = std::min(least, number);
        most = std::max(most, number);
        sum += number;
    }

    CHECK(repeats);
    CHECK(differs);
    CHECK(least >= 0);
    CHECK(most < 1);
    CHECK(sum / 10'000 == doctest::Approx(0.5).epsilon(0.05));
    CHECK(hawser::UniformRandom()() != hawser::UniformRandom()());
}

TEST_SUITE_END();
