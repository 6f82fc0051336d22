// SPDX-License-Identifier: MIT
#include <hawser/core/server_service.h>

#include <hawser/testing/memory_network.h>

#include "talker.h"

#include <doctest/doctest.h>

#include <functional>
#include <optional>

using hawser::Address;
using hawser::Deferred;
using hawser::ServerService;
using talker::Talker;

namespace {

struct Fixture {
    std::string connect() {
        auto connected = network.connect<Talker>("tcp:8000", std::ref(journal), "client")
                             .then([](Talker*) {},
                                   [&](const std::exception_ptr& error) {
                                       journal.note(hawser::message_of(error));
                                   });
        network.pump();
        return journal.take();
    }

    talker::Journal journal;
    hawser::testing::MemoryNetwork network;
    ServerService server{network, "tcp:8000",
                         hawser::factory_for<Talker>(std::ref(journal), "server")};
};

constexpr auto refused = "cannot connect to tcp:8000: connection refused";

} // namespace

TEST_SUITE_BEGIN("ServerService");

TEST_CASE_FIXTURE(Fixture, "a server listens from its privileged start to its stop") {
    CHECK(connect() == refused);
    CHECK(server.address() == Address());

    server.privileged_start();
    server.start();
    CHECK(connect() == "client made; server made");
    CHECK(server.address().port() == 8000);
    const Deferred<> stopped = server.stop();

    CHECK(stopped.settled());
    CHECK(connect() == refused);
    CHECK(server.address().port() == 8000); // known after the end too
}

TEST_CASE_FIXTURE(Fixture, "what has come to a server lives on when that stops") {
    server.start();
    CHECK(connect() == "client made; server made");

    (void)server.stop();
    network.pump();

    CHECK(journal.take().empty());
    CHECK(network.leftovers().find("connected to") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "a server that was stopped may start again, without a privileged start") {
    server.start();
    (void)server.stop();

    server.start();

    CHECK(connect() == "client made; server made");
}

TEST_CASE_FIXTURE(Fixture,
                  "a server that cannot listen says so from its start, and may try again") {
    std::optional<ServerService> first(std::in_place, network, "tcp:8000",
                                       hawser::factory_for<Talker>(std::ref(journal), "first"));
    first->start();

    CHECK_THROWS_WITH(server.start(), "cannot listen on tcp:8000: address already in use");
    CHECK(server.stop().settled());
    first.reset(); // which closes its listener
    server.start();

    CHECK(connect() == "client made; server made");
}

TEST_SUITE_END();
