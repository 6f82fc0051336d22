// SPDX-License-Identifier: MIT
#include "wires.h"

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Bytes;
using hawser::Transport;

namespace {

/// Follows half closes, and ends only when told to.
Script staying() {
    Script script;
    script.read_lost = [](Transport&) { return true; };
    return script;
}

} // namespace

TEST_SUITE_BEGIN("contract: half close");

TEST_CASE_TEMPLATE("lose_write_connection sends the queue, then ends our direction alone", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    const std::string written = stuff(wire, 1000);

    wire.transport().lose_write_connection();
    wire.transport().lose_write_connection();
    wire.transport().write("dropped");
    wire.settle();
    CHECK_FALSE(wire.journal.saw("write lost"));
    CHECK_FALSE(wire.transport().closing());
    wire.peer_takes_all();

    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == written);
    wire.peer_sends("still heard");
    CHECK(wire.until([&] { return wire.journal.data == "still heard"; }));
    CHECK(wire.journal.saw("write lost"));
    CHECK_FALSE(wire.journal.lost());
}

TEST_CASE_TEMPLATE("write_connection_lost comes once, from the loop", Wire, CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.made = [](Transport& transport) {
        transport.write("all");
        transport.lose_write_connection();
    };
    script.write_lost = [](Transport& transport) { transport.lose_write_connection(); };

    wire.open(script);
    wire.settle();
    wire.peer_sends("x");
    CHECK(wire.until([&] { return wire.journal.data == "x"; }));

    CHECK(wire.journal.events == Events{"made", "write lost", "data"});
    CHECK(wire.peer_saw() == "all");
}

TEST_CASE_TEMPLATE("unless the protocol stays, the peer's end ends both directions", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.read_lost = [](Transport& transport) {
        transport.write("one last answer");
        return false;
    };
    wire.open(script);

    wire.peer_ends();

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == "one last answer");
    CHECK(wire.journal.events == Events{"made", "read lost", "lost"});
}

TEST_CASE_TEMPLATE("a protocol that stays goes on writing, and closes itself", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open(staying());

    wire.peer_sends("question");
    wire.peer_ends();
    CHECK(wire.until([&] { return wire.journal.saw("read lost"); }));
    wire.settle();
    CHECK(wire.journal.events == Events{"made", "data", "read lost"});

    wire.transport().write("answer");
    CHECK(wire.until([&] { return wire.peer_saw() == "answer"; }));
    CHECK_FALSE(wire.peer_saw_end());
    wire.transport().lose_connection();
    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.journal.reason == std::error_code());
}

TEST_CASE_TEMPLATE("both directions ended, it lives until lose_connection", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open(staying());

    wire.transport().lose_write_connection();
    CHECK(wire.until([&] { return wire.journal.saw("write lost"); }));
    wire.peer_ends();
    CHECK(wire.until([&] { return wire.journal.saw("read lost"); }));
    wire.settle();
    CHECK_FALSE(wire.journal.lost());

    wire.transport().lose_connection();
    CHECK(wire.until_lost());
    CHECK(wire.journal.events == Events{"made", "write lost", "read lost", "lost"});
}

TEST_CASE_TEMPLATE("our direction ended, the peer's end is the end", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.transport().lose_write_connection();
    CHECK(wire.until([&] { return wire.journal.saw("write lost"); }));

    wire.peer_sends("rest");
    wire.peer_ends();

    CHECK(wire.until_lost());
    CHECK(wire.journal.data == "rest");
    CHECK(wire.journal.reason == std::error_code());
}

TEST_CASE_TEMPLATE("a half close that the peer stalls ends at the close deadline", Wire,
                   CONTRACT_WIRES) {
    hawser::TransportLimits limits;
    limits.close_timeout = std::chrono::milliseconds(20);
    Wire wire(End::accepted, limits);
    wire.open({});
    wire.peer_takes_nothing();
    stuff(wire, 1000);

    wire.transport().lose_write_connection();

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == hawser::Errc::timed_out);
    CHECK_FALSE(wire.journal.saw("write lost"));
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a half close that is done has no deadline", Wire, CONTRACT_WIRES) {
    hawser::TransportLimits limits;
    limits.close_timeout = std::chrono::milliseconds(5);
    Wire wire(End::accepted, limits);
    wire.open({});

    wire.transport().lose_write_connection();
    CHECK(wire.until([&] { return wire.journal.saw("write lost"); }));
    int turns = 0;
    CHECK(wire.until([&] { return ++turns == 20; })); // more than a millisecond each

    CHECK_FALSE(wire.journal.lost());
}

TEST_CASE_TEMPLATE("a reset after the peer's end is noticed, though nothing is written", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open(staying());
    wire.peer_takes_nothing();
    wire.transport().write("never read");
    wire.peer_ends();
    CHECK(wire.until([&] { return wire.journal.saw("read lost"); }));
    wire.settle();
    CHECK_FALSE(wire.journal.lost());

    wire.peer_resets();

    CHECK(wire.until_lost());
    CHECK((wire.journal.reason == std::errc::connection_reset ||
           wire.journal.reason == std::errc::broken_pipe)); // TCP says this behind an end
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("over both ways and not closed, it ends at the close deadline", Wire,
                   CONTRACT_WIRES) {
    hawser::TransportLimits limits;
    limits.close_timeout = std::chrono::milliseconds(20);
    Wire wire(End::accepted, limits);
    wire.open(staying());

    wire.peer_ends();
    CHECK(wire.until([&] { return wire.journal.saw("read lost"); }));
    wire.transport().lose_write_connection();

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == hawser::Errc::timed_out);
    CHECK(wire.journal.clean());
}

TEST_SUITE_END();
