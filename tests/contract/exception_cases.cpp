// SPDX-License-Identifier: MIT
#include "wires.h"

#include <hawser/testing/log_capture.h>

#include <stdexcept>

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Bytes;
using hawser::Errc;
using hawser::Transport;
using hawser::testing::LogCapture;

namespace {

[[noreturn]] void fail(Transport&) {
    throw std::runtime_error("oops");
}

/// Drives a connection whose callback \p name throws: it alone ends, and the report names it.
template <class Wire, class Drive>
void check_ends(std::string_view name, const Script& script, Drive drive) {
    CAPTURE(name);
    const LogCapture log;
    Wire wire;
    wire.open(script);

    drive(wire);

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == Errc::callback_threw);
    const std::string report = "ScriptedProtocol::" + std::string(name) + " threw: oops";
    CHECK(log.count(report) == 1);
    CHECK(log.lines().size() == 1);
    CHECK(wire.journal.clean());
}

} // namespace

TEST_SUITE_BEGIN("contract: exceptions");

TEST_CASE_TEMPLATE("an exception from connection_made ends the connection", Wire, CONTRACT_WIRES) {
    Script script;
    script.made = fail;
    check_ends<Wire>("connection_made", script, [](Wire&) {});
}

TEST_CASE_TEMPLATE("an exception from data_received ends the connection, the peer sees an end",
                   Wire, CONTRACT_WIRES) {
    Script script;
    script.received = [](Transport& transport, Bytes) { fail(transport); };
    check_ends<Wire>("data_received", script, [](Wire& wire) {
        wire.peer_sends("x");
        CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    });
}

TEST_CASE_TEMPLATE("an exception from read_connection_lost ends the connection", Wire,
                   CONTRACT_WIRES) {
    Script script;
    script.read_lost = [](Transport& transport) -> bool { fail(transport); };
    check_ends<Wire>("read_connection_lost", script, [](Wire& wire) { wire.peer_ends(); });
}

TEST_CASE_TEMPLATE("an exception from write_connection_lost ends the connection", Wire,
                   CONTRACT_WIRES) {
    Script script;
    script.write_lost = fail;
    check_ends<Wire>("write_connection_lost", script,
                     [](Wire& wire) { wire.transport().lose_write_connection(); });
}

TEST_CASE_TEMPLATE("an exception from write_paused ends the connection", Wire, CONTRACT_WIRES) {
    Script script;
    script.write_paused = fail;
    check_ends<Wire>("write_paused", script, [](Wire& wire) {
        wire.peer_takes_nothing();
        stuff(wire, 65537);
    });
}

TEST_CASE_TEMPLATE("an exception from write_resumed ends the connection", Wire, CONTRACT_WIRES) {
    Script script;
    script.write_resumed = fail;
    check_ends<Wire>("write_resumed", script, [](Wire& wire) {
        wire.peer_takes_nothing();
        stuff(wire, 65537);
        wire.peer_takes_all();
    });
}

TEST_CASE_TEMPLATE("an exception from read_resumed ends the connection", Wire, CONTRACT_WIRES) {
    Script script;
    script.read_resumed = fail;
    check_ends<Wire>("read_resumed", script, [](Wire& wire) {
        wire.transport().pause_producing();
        wire.transport().resume_producing();
    });
}

TEST_CASE_TEMPLATE("an exception from connection_lost is reported, and that is all", Wire,
                   CONTRACT_WIRES) {
    const LogCapture log;
    Wire wire;
    Script script;
    script.lost = [](Transport& transport, std::error_code) { fail(transport); };
    wire.open(script);

    wire.peer_ends();

    CHECK(wire.until_lost());
    wire.settle();
    CHECK(wire.journal.reason == std::error_code());
    CHECK(log.count("ScriptedProtocol::connection_lost threw: oops") == 1);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("after an exception nothing is told but the end", Wire, CONTRACT_WIRES) {
    const LogCapture log;
    Wire wire;
    Script script;
    script.write_paused = fail;
    wire.open(script);
    wire.peer_takes_nothing();
    stuff(wire, 1);

    // All of it is due in one turn, and the first to come throws.
    wire.transport().set_write_marks(0, 0);
    wire.transport().pause_producing();
    wire.transport().resume_producing();
    wire.peer_sends("not read");

    CHECK(wire.until_lost());
    CHECK(wire.journal.events == Events{"made", "write paused", "lost"});
    CHECK(log.lines().size() == 1);
}

TEST_CASE_TEMPLATE("an exception from a producer ends the connection", Wire, CONTRACT_WIRES) {
    struct Failing final : hawser::Producer {
        void pause_producing() override {}
        void resume_producing() override { throw std::runtime_error("oops"); }
        void stop_producing() override { throw std::runtime_error("oops"); }
    } failing;
    const LogCapture log;
    Wire wire;
    wire.open({});

    wire.transport().register_producer(failing, false);

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == Errc::callback_threw);
    CHECK(log.count("::resume_producing threw: oops") == 1);
    CHECK(log.count("::stop_producing threw: oops") == 1);
    CHECK(wire.journal.clean());
}

TEST_SUITE_END();
