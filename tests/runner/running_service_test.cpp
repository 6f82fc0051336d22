// SPDX-License-Identifier: MIT
#include "running_service.h"

#include "exit_code.h"
#include "figures.h"
#include "proxied.h"
#include "temporary_directory.h"

#include <hawser/core/service_group.h>
#include <hawser/core/stream.h>
#include <hawser/protocols/echo.h>
#include <hawser/reactor/react.h>
#include <hawser/reactor/reactor.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>

using hawser::Deferred;
using hawser::Endpoint;
using hawser::Plugin;
using hawser::Reactor;
using hawser::ServiceContext;
using hawser::runner::Figures;
using hawser::runner::RunningService;
using hawser::runner::ServiceSpec;
using hawser::testing::LogCapture;
using runner_test::TemporaryDirectory;

namespace {

constexpr Plugin echo{.name = "echo", .make_service = [](ServiceContext& context) {
                          return context.serve(hawser::factory_for<hawser::Echo>());
                      }};

std::size_t entries(const char* folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// What the server answers to \p text; empty when it ends.
Deferred<std::string> ask(Reactor& reactor, Endpoint server, std::string text) {
    hawser::Stream stream = co_await hawser::connect_stream(reactor, server);
    co_await stream.write(text);
    const auto answer = co_await stream.read_exactly(text.size());
    co_return answer.value_or("");
}

Deferred<> ask_once(Reactor& reactor, Figures& figures, ServiceSpec spec) {
    RunningService service(echo, spec, reactor, reactor, figures);
    service.privileged_start();
    service.start();
    const std::string answer = co_await ask(reactor, spec.listen.front(), "hello");
    CHECK(answer == "hello");
    co_await service.stop();
}

Deferred<> ask_twice_at_once(Reactor& reactor, Figures& figures, ServiceSpec spec) {
    RunningService service(echo, spec, reactor, reactor, figures);
    service.start();
    hawser::Stream first = co_await hawser::connect_stream(reactor, spec.listen.front());
    co_await first.write("x");
    const auto answered = co_await first.read_some();
    CHECK(answered == "x");
    bool refused = false;
    try {
        const std::string answer = co_await ask(reactor, spec.listen.front(), "y");
        refused = answer.empty();
    } catch (const hawser::Error&) {
        refused = true;
    }
    CHECK(refused);
    co_await service.stop();
}

// The path that it listens on, whatever stands before.
std::string socket_of(const ServiceSpec& spec, std::size_t i) {
    return hawser::runner::without_proxies(spec.listen[i]).path();
}

const std::string header = "PROXY TCP4 192.0.2.1 198.51.100.7 1000 443\r\n";

// Whether a proxy that begins with \p text, a header and a letter, is served.
Deferred<bool> is_served(Reactor& reactor, Endpoint server, std::string text) {
    hawser::Stream stream = co_await hawser::connect_stream(reactor, server);
    bool served = false;
    try {
        co_await stream.write(text);
        const auto answer = co_await stream.read_exactly(1);
        served = answer == text.substr(text.size() - 1);
    } catch (const hawser::Error&) { // refused in the middle of it
    }
    co_return served;
}

// One has said nothing yet, not even whose it is.
Deferred<> connect_without_a_header(Reactor& reactor, Figures& figures, ServiceSpec spec) {
    RunningService service(echo, spec, reactor, reactor, figures);
    service.start();
    const auto counted = figures.of("echo");
    hawser::Stream silent = co_await hawser::connect_stream(reactor, "unix:" + socket_of(spec, 0));
    for (std::size_t i = 0; i < spec.listen.size(); ++i) {
        const bool served = co_await is_served(reactor, "unix:" + socket_of(spec, i), header + "x");
        CHECK_FALSE(served);
    }
    CHECK(counted->open == 1);
    CHECK(counted->accepted == 1);
    CHECK(counted->refused == spec.listen.size());
    CHECK(service.connections() == 1);

    co_await silent.write(header + "x");
    const auto answer = co_await silent.read_exactly(1);
    CHECK(answer == "x");
    const auto* connection = figures.connection_from(0);
    REQUIRE(connection != nullptr);
    CHECK(to_string(connection->peer()) == "192.0.2.1:1000");
    co_await service.stop();
}

Deferred<> connect_for_clients(Reactor& reactor, Figures& figures, ServiceSpec spec) {
    RunningService service(echo, spec, reactor, reactor, figures);
    service.start();
    const Endpoint server = "unix:" + socket_of(spec, 0);
    hawser::Stream first = co_await hawser::connect_stream(reactor, server);
    co_await first.write(header + "x");
    const auto answer = co_await first.read_exactly(1);
    CHECK(answer == "x");
    const bool again = co_await is_served(reactor, server, header + "x");
    CHECK_FALSE(again);
    CHECK(figures.of("echo")->refused == 1);
    const bool another =
        co_await is_served(reactor, server, "PROXY TCP4 192.0.2.2 198.51.100.7 1000 443\r\nx");
    CHECK(another);
    co_await service.stop();
}

} // namespace

TEST_SUITE("RunningService") {
    TEST_CASE("a hundred starts and stops leave nothing behind") {
        const LogCapture log;
        const TemporaryDirectory directory;
        Figures figures; // connections outlive their service
        const ServiceSpec spec{
            .name = "echo", .plugin = "echo", .listen = {"unix:" + directory / "socket"}};
        const auto cycle = [&](Reactor& reactor) { return ask_once(reactor, figures, spec); };
        CHECK(hawser::react(cycle) == 0); // what is made once for the process is there now
        const std::size_t descriptors = entries("/proc/self/fd");
        const std::size_t threads = entries("/proc/self/task");

        for (int i = 0; i < 100; ++i) {
            CHECK(hawser::react(cycle) == 0);
        }

        CHECK(entries("/proc/self/fd") == descriptors);
        CHECK(entries("/proc/self/task") == threads);
        CHECK(std::filesystem::is_empty(directory.path()));
    }

    TEST_CASE("it says where it listens, once the reactor runs") {
        const LogCapture log;
        const TemporaryDirectory directory;
        Figures figures; // connections outlive their service
        const std::string endpoint = "unix:" + directory / "socket";
        const ServiceSpec spec{.name = "mine", .plugin = "echo", .listen = {endpoint}};

        CHECK(hawser::react([&](Reactor& reactor) { return ask_once(reactor, figures, spec); }) ==
              0);

        CHECK(log.count("info mine: listening on " + endpoint) == 1);
    }

    TEST_CASE("what the operator allows is no more") {
        const LogCapture log;
        const TemporaryDirectory directory;
        Figures figures; // connections outlive their service
        ServiceSpec spec{
            .name = "echo", .plugin = "echo", .listen = {"unix:" + directory / "socket"}};
        SUBCASE("of connections at once") {
            spec.policies.max_connections = 1;
        }
        SUBCASE("of one peer") {
            spec.policies.max_per_peer = 1;
        }

        CHECK(hawser::react([&](Reactor& reactor) {
                  return ask_twice_at_once(reactor, figures, spec);
              }) == 0);
    }

    TEST_CASE("who has sent no header of a proxy yet is one of the connections") {
        const LogCapture log;
        const TemporaryDirectory directory;
        Figures figures; // connections outlive their service
        ServiceSpec spec{.name = "echo",
                         .plugin = "echo",
                         .listen = {"haproxy:unix:" + directory / "1"},
                         .policies = {.max_connections = 1}};
        SUBCASE("of all endpoints together") {
            spec.listen.emplace_back("unix:" + directory / "2");
            spec.listen.emplace_back("haproxy:haproxy:unix:" + directory / "3");
        }

        CHECK(hawser::react([&](Reactor& reactor) {
                  return connect_without_a_header(reactor, figures, spec);
              }) == 0);
    }

    TEST_CASE("behind a proxy a peer is whom the header names") {
        const LogCapture log;
        const TemporaryDirectory directory;
        Figures figures; // connections outlive their service
        const ServiceSpec spec{.name = "echo",
                               .plugin = "echo",
                               .listen = {"haproxy:unix:" + directory / "1"},
                               .policies = {.max_per_peer = 1}};

        CHECK(hawser::react([&](Reactor& reactor) {
                  return connect_for_clients(reactor, figures, spec);
              }) == 0);
    }

    TEST_CASE("a plug-in that makes nothing is an error of it") {
        constexpr Plugin empty{.name = "empty", .make_service = [](ServiceContext&) {
                                   return std::unique_ptr<hawser::Service>();
                               }};
        Figures figures;
        Reactor reactor;

        CHECK_THROWS_WITH_AS(RunningService(empty, {}, reactor, reactor, figures),
                             "plug-in empty made no service", hawser::runner::Failure);
    }

    TEST_CASE("two specifications are equal when they would run alike") {
        constexpr hawser::PluginOption table[] = {{.name = "rate", .value = "N"}};
        const ServiceSpec one{.name = "a",
                              .plugin = "chat",
                              .listen = {"tcp:1"},
                              .options = hawser::OptionValues(table)};
        ServiceSpec other = one;
        CHECK(one == other);
        other.options.set("rate", "5");
        CHECK(one != other);
        other = one;
        other.policies.max_connections = 1;
        CHECK(one != other);
    }
}
