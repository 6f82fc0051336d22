// SPDX-License-Identifier: MIT
#include "status_protocol.h"

#include "captured_stderr.h"
#include "log_writer.h"
#include "metered.h"
#include "temporary_directory.h"

#include <hawser/protocols/echo.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using hawser::Address;
using hawser::LogLevel;
using hawser::runner::Figures;
using hawser::runner::LogFormat;
using hawser::runner::LogLevels;
using hawser::runner::LogWriter;
using hawser::runner::MeteredFactory;
using hawser::runner::StatusProtocol;
using hawser::runner::StatusSubject;
using hawser::testing::ManualClock;
using hawser::testing::MemoryTransport;

namespace {

struct Fixture {
    ManualClock clock;
    Figures figures{[this] { return clock.now(); }};
    runner_test::TemporaryDirectory folder;
    LogWriter log{folder / "log", LogFormat::text, LogLevels::parse("info,chat=debug")};
    int drains = 0;
    StatusSubject subject{
        clock, figures, log,
        [] { return hawser::runner::ProcessFigures{.loop_turns = 17, .log_records_lost = 2}; },
        [this] { ++drains; }};
    std::shared_ptr<MeteredFactory> echo =
        hawser::runner::metered(figures, figures.of("echo"), hawser::factory_for<hawser::Echo>());
    std::vector<std::unique_ptr<MemoryTransport>> clients;
    MemoryTransport operator_side;

    Fixture() { operator_side.attach(std::make_unique<StatusProtocol>(subject)); }

    MemoryTransport& connect(const std::string& peer = "192.0.2.1:1000") {
        clients.push_back(std::make_unique<MemoryTransport>());
        clients.back()->set_peer(Address::parse(peer));
        clients.back()->attach(echo->build_protocol(Address::parse(peer)));
        return *clients.back();
    }
    std::string ask(const std::string& line) {
        operator_side.deliver(line + "\n");
        return operator_side.take_sent();
    }
};

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) {
        ++found;
    }
    return found;
}

} // namespace

TEST_SUITE_BEGIN("StatusProtocol");

TEST_CASE("stats are lines of a key and a value, and an empty line") {
    Fixture f;
    f.connect().deliver("hello");
    f.clock.advance(std::chrono::milliseconds(1500));

    CHECK(f.ask("stats") == "uptime-seconds 1.500000\n"
                            "loop-turns 17\n"
                            "log-records-lost 2\n"
                            "reloads 0\n"
                            "reloads-refused 0\n"
                            "service.echo.open 1\n"
                            "service.echo.accepted 1\n"
                            "service.echo.refused 0\n"
                            "service.echo.cut 0\n"
                            "service.echo.timed-out 0\n"
                            "service.echo.threw 0\n"
                            "service.echo.bytes-in 5\n"
                            "service.echo.bytes-out 5\n"
                            "service.echo.slow-callbacks 0\n"
                            "service.echo.longest-callback-seconds 0.000000\n"
                            "service.echo.longest-callback-in hawser::Echo::connection_made\n"
                            "\n");
}

TEST_CASE("each connection is a line, with what waits in its queue") {
    Fixture f;
    MemoryTransport& slow = f.connect();
    slow.hold_output(2);
    slow.deliver("hello");
    f.clock.advance(std::chrono::milliseconds(250));
    f.connect("unix:@two\nlines");

    CHECK(
        f.ask("connections") ==
        "connection.1 service=echo age=0.250 in=5 out=5 queued=3 peer=192.0.2.1:1000\n"
        "connection.2 service=echo age=0.000 in=0 out=0 queued=0 peer=unix:@two\xEF\xBF\xBDlines\n"
        "\n");
    f.clients.clear();
    CHECK(f.ask("connections") == "\n");
}

TEST_CASE("a long list is written as it is read, while connections come and go") {
    Fixture f;
    for (int i = 0; i < 1000; ++i) {
        f.connect();
    }
    f.operator_side.hold_output();
    f.operator_side.deliver("connections\nhelp\n");
    CHECK(f.operator_side.queued() > 0);
    CHECK(f.operator_side.queued() < 16 * 1024);
    f.clients.erase(f.clients.begin() + 50, f.clients.begin() + 950);
    f.connect();
    f.operator_side.release_output();

    const std::string sent = f.operator_side.take_sent();
    CHECK(count(sent, "connection.") == 100 + 50 + 1); // those of the first piece were there
    CHECK(count(sent, "connection.1001 ") == 1);
    CHECK(sent.find("\n\nstats all figures\n") != std::string::npos); // what was asked next
}

TEST_CASE("a list that is asked for, and not waited for, is told to the end") {
    Fixture f;
    for (int i = 0; i < 250; ++i) {
        f.connect();
    }
    f.operator_side.deliver("connections\nlog-level\n");
    f.operator_side.end();
    CHECK(count(f.operator_side.sent(), "connection.") == 250);
    CHECK(f.operator_side.sent().ends_with("\n\nlog-level info,chat=debug\n\n"));
    CHECK(f.operator_side.lost());
}

TEST_CASE("log levels are shown and changed") {
    Fixture f;
    CHECK(f.ask("log-level") == "log-level info,chat=debug\n\n");
    CHECK(f.ask("log-level warning,a.b=error") == "log-level warning,a.b=error,chat=debug\n\n");
    CHECK(f.log.levels().of("a.b") == LogLevel::error);
    CHECK(f.ask("log-level loud") == "error bad log level \"loud\": a level is debug, info, "
                                     "warning, error or critical\n\n");
    CHECK(f.log.levels().of("a.b") == LogLevel::error);
}

TEST_CASE("drain begins a stop, and says so when it cannot") {
    Fixture f;
    CHECK(f.ask("drain") == "drain begun\n\n");
    CHECK(f.drains == 1);
    f.subject.drain = [] { throw hawser::Error(hawser::Errc::not_running, "cannot stop"); };
    CHECK(f.ask("drain") ==
          "error cannot stop: " + std::string(hawser::message_of(hawser::Errc::not_running)) +
              "\n\n");
}

TEST_CASE("what is no command is answered with the nearest") {
    Fixture f;
    CHECK(f.ask("stat") == "error no command \"stat\"; did you mean stats?\n\n");
    CHECK(f.ask("xyzzy") == "error no command \"xyzzy\": there are stats, metrics, connections, "
                            "log-level, drain and help\n\n");
    CHECK(f.ask("") == "error no command \"\": there are stats, metrics, connections, log-level, "
                       "drain and help\n\n");
    CHECK(f.ask("stats all") == "error stats takes no argument\n\n");
    CHECK(f.ask("help\r") == "stats all figures\n"
                             "metrics the same for Prometheus\n"
                             "connections each connection there is\n"
                             "log-level [LEVEL] show what is logged, or change it: chat=debug\n"
                             "drain stop in good order\n"
                             "help show this\n\n");
}

TEST_CASE("a line over the limit ends the connection") {
    Fixture f;
    f.operator_side.deliver(std::string(hawser::runner::status_line_limit + 1, 'x'));
    CHECK(f.operator_side.sent() == "error a command has 1024 bytes at most\n\n");
    CHECK(f.operator_side.lost());
}

TEST_CASE("who says nothing for long is disconnected") {
    Fixture f;
    f.clock.advance(std::chrono::minutes(4));
    CHECK(f.ask("drain") != "");
    f.clock.advance(std::chrono::minutes(4));
    CHECK_FALSE(f.operator_side.lost());
    f.clock.advance(std::chrono::minutes(1));
    CHECK(f.operator_side.lost());
}

TEST_CASE("operators are few") {
    Fixture f;
    const auto factory = status_factory(f.subject);
    std::vector<std::unique_ptr<MemoryTransport>> transports;
    for (std::size_t i = 0; i < hawser::runner::status_connections; ++i) {
        transports.push_back(std::make_unique<MemoryTransport>());
        transports.back()->attach(factory->build_protocol(Address()));
    }
    CHECK(factory->build_protocol(Address()) == nullptr);
}
TEST_SUITE_END();
