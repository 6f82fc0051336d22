// SPDX-License-Identifier: MIT
#include "running_services.h"

#include "figures.h"
#include "plugins.h"
#include "temporary_directory.h"
#include "test_plugins.h"

#include <hawser/core/error.h>
#include <hawser/core/stream.h>
#include <hawser/reactor/react.h>
#include <hawser/reactor/reactor.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using hawser::Deferred;
using hawser::Endpoint;
using hawser::LogLevel;
using hawser::Reactor;
using hawser::runner::Figures;
using hawser::runner::Plugins;
using hawser::runner::RunningServices;
using hawser::runner::ServiceSpec;
using hawser::testing::LogCapture;
using runner_test::TemporaryDirectory;

namespace {

using Names = std::vector<std::string>;
using Specs = std::vector<ServiceSpec>;

struct Fixture {
    const LogCapture log;
    const TemporaryDirectory directory;
    const Plugins plugins = runner_test::plugins_with_kinds();
    Figures figures; // connections outlive their service

    Endpoint at(const std::string& file) const { return "unix:" + directory / file; }
    bool is_there(const std::string& file) const {
        return std::filesystem::exists(directory / file);
    }
    ServiceSpec service(const std::string& name, std::vector<Endpoint> listen) const {
        return runner_test::near_service(plugins, name, std::move(listen));
    }

    /// Runs \p services, and then \p story with them.
    using Story = Deferred<> (*)(Fixture& f, Reactor& reactor, RunningServices& services);
    void run(Specs services, Story story) {
        CHECK(hawser::react(
                  [&](Reactor& reactor) { return running(*this, reactor, services, story); }) == 0);
    }

private:
    static Deferred<> running(Fixture& f, Reactor& reactor, Specs specs, Story story) {
        RunningServices services(f.plugins, reactor, reactor, f.figures, specs, LogLevel::info);
        services.privileged_start();
        services.start();
        co_await story(f, reactor, services);
        co_await services.stop();
    }
};

Deferred<> check_answer(Reactor& reactor, Endpoint server) {
    hawser::Stream stream = co_await hawser::connect_stream(reactor, server);
    co_await stream.write("hello");
    const auto answer = co_await stream.read_exactly(5);
    CHECK(answer == "hello");
}

Deferred<> widen(Fixture& f, Reactor& reactor, RunningServices& services) {
    const auto changes = services.change_to(
        Specs{f.service("one", {f.at("1"), f.at("2")}), f.service("other", {f.at("3"), "near:0"})});

    CHECK(changes.started == Names{"one", "other"});
    CHECK(changes.stopped == Names{"one"});
    co_await check_answer(reactor, f.at("1"));
    co_await check_answer(reactor, f.at("2"));
    co_await check_answer(reactor, f.at("3"));
    CHECK(f.figures.of("one")->accepted == 2);
    CHECK(f.figures.of("other")->accepted == 1);
    CHECK(f.log.count("info other: listening on 127.0.0.1:") == 1);
}

Deferred<> narrow(Fixture& f, Reactor& reactor, RunningServices& services) {
    const auto changes = services.change_to(Specs{f.service("one", {f.at("2")})});

    CHECK(changes.started == Names{"one"});
    CHECK(changes.stopped == Names{"other", "one"}); // in reverse
    co_await check_answer(reactor, f.at("2"));
    CHECK_FALSE(f.is_there("1"));
    CHECK_FALSE(f.is_there("3"));
}

Deferred<> fail_to_widen(Fixture& f, Reactor& reactor, RunningServices& services) {
    CHECK_THROWS_AS(services.change_to(Specs{f.service("one", {f.at("1"), f.at("2")}),
                                             f.service("other", {f.at("no/such")})}),
                    hawser::Error);

    co_await check_answer(reactor, f.at("1"));
    CHECK_FALSE(f.is_there("2"));
    co_await check_answer(reactor, f.at("1"));
    CHECK(f.figures.of("one")->accepted == 2);
}

} // namespace

TEST_SUITE_BEGIN("RunningServices");

TEST_CASE("a change opens new endpoints, beside those that stay") {
    Fixture f;
    f.run({f.service("one", {f.at("1")})}, widen);
}

TEST_CASE("a change closes endpoints that are not wanted any more") {
    Fixture f;
    f.run({f.service("one", {f.at("1"), f.at("2")}), f.service("other", {f.at("3")})}, narrow);
}

TEST_CASE("a change that cannot be done leaves all as it was") {
    Fixture f;
    f.run({f.service("one", {f.at("1")})}, fail_to_widen);
}

TEST_SUITE_END();
