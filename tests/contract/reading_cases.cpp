// SPDX-License-Identifier: MIT
#include "wires.h"

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Bytes;
using hawser::Transport;

TEST_SUITE_BEGIN("contract: reading");

TEST_CASE_TEMPLATE("data waits while paused, and comes after the resume", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});

    wire.transport().pause_producing();
    wire.peer_sends("held");
    wire.settle();
    CHECK(wire.transport().paused());
    CHECK(wire.journal.events == Events{"made"});
    wire.transport().resume_producing();

    CHECK(wire.until([&] { return wire.journal.data == "held"; }));
    CHECK(wire.journal.events == Events{"made", "read resumed", "data"});
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a pause in connection_made holds from the first byte", Wire, CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.made = [](Transport& transport) { transport.pause_producing(); };
    wire.open(script);

    wire.peer_sends("held");
    wire.settle();
    CHECK(wire.journal.events == Events{"made"});

    wire.transport().resume_producing();
    CHECK(wire.until([&] { return wire.journal.data == "held"; }));
}

TEST_CASE_TEMPLATE("a pause is counted: two need two resumes, and one too many does nothing", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    Transport& transport = wire.transport();

    transport.resume_producing();
    transport.pause_producing();
    transport.pause_producing();
    transport.resume_producing();
    wire.peer_sends("held");
    wire.settle();
    CHECK(transport.paused());
    CHECK(wire.journal.data.empty());

    transport.resume_producing();
    CHECK_FALSE(transport.paused());
    CHECK(wire.until([&] { return wire.journal.data == "held"; }));
    CHECK(wire.journal.events == Events{"made", "read resumed", "data"});
}

TEST_CASE_TEMPLATE("a pause takes effect at once, even when data is there already", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.received = [](Transport& transport, Bytes) { transport.pause_producing(); };
    wire.open(script);

    wire.peer_sends("one");
    CHECK(wire.until([&] { return wire.journal.data == "one"; }));
    wire.peer_sends("two");
    wire.settle();
    CHECK(wire.journal.data == "one");
    wire.transport().resume_producing();

    CHECK(wire.until([&] { return wire.journal.data == "onetwo"; }));
}

TEST_CASE_TEMPLATE("read_resumed comes before new data, and may pause again", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    int resumes = 0;
    Script script;
    script.made = [](Transport& transport) { transport.pause_producing(); };
    script.read_resumed = [&](Transport& transport) {
        if (++resumes == 1) {
            transport.pause_producing();
        }
    };
    wire.open(script);
    wire.peer_sends("held");

    wire.transport().resume_producing();
    wire.settle();
    CHECK(wire.journal.events == Events{"made", "read resumed"});
    wire.transport().resume_producing();

    CHECK(wire.until([&] { return wire.journal.data == "held"; }));
    CHECK(wire.journal.events == Events{"made", "read resumed", "read resumed", "data"});
}

TEST_CASE_TEMPLATE("a pause and resume inside read_resumed is told again, and reading goes on",
                   Wire, CONTRACT_WIRES) {
    Wire wire;
    int resumes = 0;
    Script script;
    script.read_resumed = [&](Transport& transport) {
        if (++resumes < 3) {
            transport.pause_producing();
            transport.resume_producing();
        }
    };
    wire.open(script);

    wire.transport().pause_producing();
    wire.transport().resume_producing();
    wire.peer_sends("data");

    CHECK(wire.until([&] { return wire.journal.data == "data"; }));
    CHECK(resumes == 3);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("while paused the peer's end waits behind what it sent", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.transport().pause_producing();

    wire.peer_sends("held");
    wire.peer_ends();
    wire.settle();
    CHECK(wire.journal.events == Events{"made"});
    wire.transport().resume_producing();

    CHECK(wire.until_lost());
    CHECK(wire.journal.data == "held");
    CHECK(wire.journal.events == Events{"made", "read resumed", "data", "read lost", "lost"});
}

TEST_CASE_TEMPLATE("a reset is noticed while paused, from connection_made on", Wire,
                   CONTRACT_WIRES) {
    for (const bool from_the_start : {true, false}) {
        Wire wire;
        Script script;
        script.made = [&](Transport& transport) {
            if (from_the_start) {
                transport.pause_producing();
            }
        };
        wire.open(script);
        wire.transport().pause_producing();
        wire.peer_takes_nothing();
        wire.transport().write("never read");
        wire.settle();

        wire.peer_resets();

        CHECK(wire.until_lost());
        CHECK(wire.journal.reason == std::errc::connection_reset);
        CHECK(wire.journal.data.empty());
        CHECK(wire.journal.clean());
    }
}

TEST_CASE_TEMPLATE("a reset behind the peer's end is noticed while paused", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    wire.transport().write("never read");
    wire.transport().pause_producing();
    wire.peer_ends();
    wire.settle();
    CHECK_FALSE(wire.journal.lost());

    wire.peer_resets();

    CHECK(wire.until_lost());
    CHECK((wire.journal.reason == std::errc::connection_reset ||
           wire.journal.reason == std::errc::broken_pipe)); // TCP says this behind an end
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("what a paused connection writes leaves all the same", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.transport().pause_producing();

    wire.transport().write("out");

    CHECK(wire.until([&] { return wire.peer_saw() == "out"; }));
}

TEST_CASE_TEMPLATE("an accepted connection is not read above its mark, a connected one is", Wire,
                   CONTRACT_WIRES) {
    for (const End end : {End::accepted, End::connected}) {
        Wire wire(end);
        wire.open({});
        wire.transport().set_write_marks(1000, 100);
        wire.peer_takes_nothing();
        stuff(wire, 1001);

        wire.peer_sends("question");
        wire.settle();
        CHECK(wire.journal.data == (end == End::accepted ? "" : "question"));
        wire.peer_takes_all();

        CHECK(wire.until([&] { return wire.journal.data == "question"; }));
        CHECK_FALSE(wire.journal.saw("read resumed")); // nobody had paused
    }
}

TEST_SUITE_END();
