// SPDX-License-Identifier: MIT
#include "trial.h"

#include "test_plugins.h"

#include <hawser/core/endpoint_kind.h>
#include <hawser/core/error.h>
#include <hawser/core/stream.h>
#include <hawser/protocols/echo.h>
#include <hawser/reactor/react.h>
#include <hawser/reactor/reactor.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <string>

using hawser::Deferred;
using hawser::Endpoint;
using hawser::Reactor;
using hawser::runner::bring_kinds;
using hawser::runner::Plugins;
using hawser::runner::try_service;
using hawser::testing::LogCapture;
using runner_test::plugins_with_kinds;

namespace {

Deferred<> ask_near_by(Reactor& reactor, const Plugins& plugins) {
    bring_kinds(reactor, plugins);
    const auto echo = hawser::factory_for<hawser::Echo>();
    const hawser::Listener listener = reactor.listen("near:0", echo);
    const std::string port = std::to_string(listener.address().port());
    hawser::Stream stream = co_await hawser::connect_stream(reactor, "near:" + port);
    co_await stream.write("hello");
    const auto answer = co_await stream.read_exactly(5);
    CHECK(answer == "hello");
}

// What is wrong with a service that listens there; empty: nothing.
std::string fault_of(const std::string& endpoint) {
    const Plugins plugins = plugins_with_kinds();
    try {
        try_service(plugins, runner_test::near_service(plugins, "near", {endpoint}));
    } catch (const hawser::Error& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_SUITE_BEGIN("trial");

TEST_CASE("kinds of plug-ins are for listening and for connecting") {
    const LogCapture log;
    const Plugins plugins = plugins_with_kinds();

    CHECK(hawser::react([&](Reactor& reactor) { return ask_near_by(reactor, plugins); }) == 0);
}

TEST_CASE("they are brought when one is not known, and not before") {
    const LogCapture log;
    const Plugins plugins = plugins_with_kinds();
    Reactor reactor;
    bring_kinds(reactor, plugins);

    reactor.kinds().check("tcp:80");
    reactor.kinds().check("haproxy:tcp:80");
    CHECK(log.count("cannot load plug-in no_symbol") == 0);

    CHECK_THROWS_WITH_AS(reactor.kinds().check("neer:80"),
                         "bad endpoint \"neer:80\", column 1: no endpoint kind \"neer\"; did you "
                         "mean near?",
                         hawser::EndpointError);
    CHECK_THROWS_AS(reactor.kinds().check("far:80"), hawser::EndpointError);
    CHECK(log.count("cannot load plug-in no_symbol") == 1);
}

TEST_CASE("what could never be listened on is told without a start") {
    const LogCapture log;
    for (const std::string well :
         {"tcp:80", "tcp:localhost:80", "tcp:[::1]:80", "tcp:[fe80::1%eth0]:80", "unix:/run/x",
          "haproxy:tcp:80", "haproxy:haproxy:unix:/run/x", "near:80", "haproxy:near:80"}) {
        CAPTURE(well);
        CHECK(fault_of(well) == "");
    }
    for (const std::string inner : {"udp:53", "unixgram:/run/x", "stdio:"}) {
        for (const std::string before : {"", "haproxy:", "haproxy:haproxy:"}) {
            CHECK(fault_of(before + inner) ==
                  "cannot listen on " + inner + ": not with this kind of endpoint");
        }
    }
    CHECK(fault_of("haproxy:tcp:example.org:80")
              .starts_with("cannot listen on tcp:example.org:80: an interface is an IP address, "
                           "\"example.org\" is none"));
    CHECK(fault_of("haproxy:near:http") ==
          "bad endpoint \"haproxy:near:http\", column 14: no port");
    CHECK(fault_of("haproxy:neer:1")
              .starts_with("bad endpoint \"haproxy:neer:1\", column 9: no endpoint kind"));
}

TEST_CASE("what a trial says of an interface is what a start says") {
    const std::string endpoint = "tcp:example.org:80";
    Reactor reactor;

    CHECK_THROWS_WITH((void)reactor.listen(endpoint, hawser::factory_for<hawser::Echo>()),
                      fault_of(endpoint).c_str());
}

TEST_SUITE_END();
