// SPDX-License-Identifier: MIT
#include "reload_plan.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using hawser::Endpoint;
using hawser::runner::listen_alike;
using hawser::runner::needs_restart;
using hawser::runner::plan_reload;
using hawser::runner::ProcessOptions;
using hawser::runner::ReloadPlan;
using hawser::runner::ServiceSpec;

namespace {

using Specs = std::vector<ServiceSpec>;
using Names = std::vector<std::string_view>;

ServiceSpec spec(const std::string& name, const char* endpoint, std::size_t most = 0) {
    return {.name = name,
            .plugin = "echo",
            .listen = {Endpoint(endpoint)},
            .options = {},
            .policies = {.max_connections = most}};
}

const ServiceSpec a = spec("a", "tcp:1");
const ServiceSpec b = spec("b", "tcp:2");
const ServiceSpec c = spec("c", "tcp:3");

} // namespace

TEST_SUITE_BEGIN("reload_plan");

TEST_CASE("what stays as it is is left alone, wherever it stands") {
    CHECK(plan_reload(Specs{a, b, c}, Specs{c, a, b}) == ReloadPlan{});
    CHECK(plan_reload(Specs{}, Specs{}) == ReloadPlan{});
}

TEST_CASE("what is removed stops, what is added starts") {
    CHECK(plan_reload(Specs{a, b}, Specs{b, c}) == ReloadPlan{.stop = {0}, .start = {1}});
    CHECK(plan_reload(Specs{a, b}, Specs{}) == ReloadPlan{.stop = {0, 1}, .start = {}});
    CHECK(plan_reload(Specs{}, Specs{c}) == ReloadPlan{.stop = {}, .start = {0}});
}

TEST_CASE("what changes stops, and starts as it is wanted") {
    const ReloadPlan anew{.stop = {1}, .start = {1}};
    CHECK(plan_reload(Specs{a, b}, Specs{a, spec("b", "tcp:9")}) == anew);
    CHECK(plan_reload(Specs{a, b}, Specs{a, spec("b", "tcp:2", 5)}) == anew);
    CHECK(plan_reload(Specs{a, b}, Specs{a, spec("bee", "tcp:2")}) == anew);
    ServiceSpec other = b;
    other.plugin = "chat";
    CHECK(plan_reload(Specs{a, b}, Specs{a, other}) == anew);
}

TEST_CASE("services that trade their endpoints still listen alike") {
    CHECK(listen_alike(Specs{a, b}, Specs{spec("b", "tcp:1"), spec("a", "tcp:2")}));
    CHECK_FALSE(listen_alike(Specs{a, b}, Specs{a}));
    CHECK_FALSE(listen_alike(Specs{a}, Specs{spec("a", "tcp:1:nodelay=no")}));
    CHECK_FALSE(listen_alike(Specs{a}, Specs{a, a}));
}

TEST_CASE("settings that need a restart are named, others are not") {
    const ProcessOptions before;
    ProcessOptions after;
    after.log_file = "/x";
    after.log_format = hawser::runner::LogFormat::json;
    after.log_levels = hawser::runner::LogLevels(hawser::LogLevel::error);
    CHECK(needs_restart(before, after).empty());

    after.workers = 2;
    after.drain_timeout = std::chrono::seconds(1);
    after.user = "x";
    after.group = "y";
    after.pidfile = "/z";
    after.status = Endpoint("unix:/s");
    after.plugin_path = {"/p"};
    CHECK(needs_restart(before, after) ==
          Names{"workers", "drain-timeout", "user", "group", "pidfile", "status", "plugin-path"});
}

TEST_SUITE_END();
