// SPDX-License-Identifier: MIT
#include "reload.h"

#include "log_writer.h"
#include "temporary_directory.h"

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using hawser::runner::Configuration;
using hawser::runner::LogFormat;
using hawser::runner::LogLevels;
using hawser::runner::LogWriter;
using hawser::runner::reload;

namespace {

struct Fixture {
    runner_test::TemporaryDirectory folder;
    LogWriter writer{folder / "one", LogFormat::text};
    hawser::testing::LogCapture log;
    Configuration running;
    Configuration wanted;

    Fixture() {
        running.process.log_file = folder / "one";
        running.process.workers = 1;
        running.services.push_back({.name = "old", .plugin = "echo"});
        wanted = running;
        wanted.process.log_file = folder / "two";
        wanted.process.log_levels = LogLevels::parse("error");
        wanted.process.workers = 2;
        wanted.services.front().name = "new";
    }
    bool attempt(const std::function<std::string(const Configuration&)>& change) {
        return reload(
            running, writer, [this] { return wanted; }, change);
    }
};

} // namespace

TEST_SUITE_BEGIN("reload");

TEST_CASE("the new configuration runs, but for what needs a restart") {
    Fixture f;
    CHECK(f.attempt([&](const Configuration& wanted) {
        CHECK(wanted.services.front().name == "new");
        return "all of it";
    }));
    CHECK(f.running.services.front().name == "new");
    CHECK(f.running.process.workers == 1);
    CHECK(f.running.process.log_file == f.wanted.process.log_file);
    CHECK(f.writer.levels() == LogLevels::parse("error"));
    CHECK(f.log.count("info hawser: read the configuration anew: all of it") == 1);
    CHECK(f.log.count("warning hawser: what a restart alone can change: workers") == 1);
}

TEST_CASE("what throws on the way leaves all as it was, and is one line") {
    Fixture f;
    const Configuration before = f.running;
    const auto check_nothing_changed = [&](const std::string& why) {
        CHECK(f.running.services == before.services);
        CHECK(f.running.process.log_file == before.process.log_file);
        CHECK(f.writer.levels() == LogLevels());
        REQUIRE(f.log.lines().size() == 1);
        CHECK(f.log.lines().front().starts_with(
            "error hawser: the new configuration is refused, the old one runs on: " + why));
    };
    SUBCASE("the services cannot change") {
        CHECK_FALSE(f.attempt([](const Configuration&) -> std::string {
            throw std::runtime_error("a port is taken");
        }));
        check_nothing_changed("a port is taken");
    }
    SUBCASE("the log cannot be opened: the services are not touched") {
        f.wanted.process.log_file = "/nowhere/log";
        CHECK_FALSE(f.attempt([](const Configuration&) -> std::string {
            FAIL_CHECK("changed");
            return "";
        }));
        check_nothing_changed("cannot open the log file /nowhere/log");
    }
    SUBCASE("it cannot be read") {
        CHECK_FALSE(reload(
            f.running, f.writer,
            []() -> Configuration { throw std::runtime_error("x.toml:1:1: no"); },
            [](const Configuration&) { return std::string(); }));
        check_nothing_changed("x.toml:1:1: no");
    }
}
TEST_SUITE_END();
