// SPDX-License-Identifier: MIT
#include "wires.h"

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Bytes;
using hawser::Errc;
using hawser::Transport;

TEST_SUITE_BEGIN("contract: closing");

TEST_CASE_TEMPLATE("lose_connection sends the queue, then closes in good order", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    const std::string written = stuff(wire, 1000);

    wire.transport().lose_connection();
    CHECK(wire.transport().closing());
    wire.settle();
    CHECK_FALSE(wire.journal.lost());
    wire.peer_takes_all();

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == written);
    CHECK(wire.journal.reason == std::error_code());
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("lose_connection's reason is ours, the peer sees an orderly end", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});

    wire.transport().lose_connection(Errc::protocol_error);
    wire.transport().lose_connection(Errc::timed_out); // the first one counts

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.journal.reason == Errc::protocol_error);
}

TEST_CASE_TEMPLATE("after lose_connection nothing is written or read", Wire, CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.received = [](Transport& transport, Bytes) {
        transport.write("answer");
        transport.lose_connection();
        transport.write("more");
    };
    wire.open(script);

    wire.peer_sends("a");
    CHECK(wire.until_lost());
    wire.peer_sends("b");

    CHECK(wire.until([&] { return wire.peer_saw() == "answer"; }));
    CHECK(wire.journal.data == "a");
}

TEST_CASE_TEMPLATE("input that was not read does not cost the peer our last words", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});

    wire.transport().pause_producing();
    wire.peer_sends(pattern(20'000));
    wire.transport().write("goodbye");
    wire.transport().lose_connection();

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == "goodbye");
    CHECK(wire.journal.data.empty());
}

TEST_CASE_TEMPLATE("abort_connection drops the queue and resets", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    const std::string written = stuff(wire, 200'000);

    Transport& transport = wire.transport();
    transport.abort_connection();
    transport.abort_connection(Errc::timed_out); // the first one counts
    transport.lose_connection();
    transport.write("late");
    CHECK(transport.queued() == 0);
    CHECK_FALSE(wire.journal.lost());

    CHECK(wire.until_lost());
    wire.peer_takes_all();
    CHECK(wire.until(
        [&] { return Wire::shows_resets ? wire.peer_saw_reset() : wire.peer_saw_end(); }));
    CHECK(wire.peer_saw().size() < written.size());
    CHECK(wire.journal.reason == Errc::aborted);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("abort_connection overtakes lose_connection", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    stuff(wire, 1000);
    wire.transport().lose_connection(Errc::protocol_error);
    wire.settle();

    wire.transport().abort_connection();

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == Errc::aborted);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a close that the peer stalls ends at the deadline", Wire, CONTRACT_WIRES) {
    hawser::TransportLimits limits;
    limits.close_timeout = std::chrono::milliseconds(20);
    Wire wire(End::accepted, limits);
    wire.open({});
    wire.peer_takes_nothing();
    stuff(wire, 1000);

    wire.transport().lose_connection();

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == Errc::timed_out);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a connection may end as soon as it is made", Wire, CONTRACT_WIRES) {
    for (const End end : {End::accepted, End::connected}) {
        for (const bool abort : {true, false}) {
            CAPTURE(abort);
            Wire wire(end);
            Script script;
            script.made = [&](Transport& transport) {
                transport.write("hello");
                abort ? transport.abort_connection() : transport.lose_connection();
            };

            wire.open(script);

            CHECK(wire.until_lost());
            CHECK(wire.journal.events == Events{"made", "lost"});
            CHECK(wire.journal.reason == (abort ? Errc::aborted : std::error_code()));
            CHECK(wire.until([&] { return wire.peer_saw() == (abort ? "" : "hello"); }));
        }
    }
}

TEST_CASE_TEMPLATE("when the peer ends, what it sent is answered before we close", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.received = [](Transport& transport, Bytes data) { transport.write(data); };
    wire.open(script);
    const std::string question = pattern(300'000);

    wire.peer_sends(question);
    wire.peer_ends();

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == question);
    CHECK(wire.journal.reason == std::error_code());
}

TEST_CASE_TEMPLATE("a reset by the peer is told, behind all that it sent before", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    wire.transport().write("never read");
    wire.settle();

    wire.peer_sends("last words");
    wire.peer_resets();

    CHECK(wire.until_lost());
    CHECK(wire.journal.data == "last words");
    CHECK(wire.journal.reason == std::errc::connection_reset);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a reset while we send is told too", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    stuff(wire, 1000);

    wire.peer_resets();

    CHECK(wire.until_lost());
    CHECK((wire.journal.reason == std::errc::connection_reset ||
           wire.journal.reason == std::errc::broken_pipe));
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("stop_producing is lose_connection", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});

    wire.transport().write("all");
    wire.transport().stop_producing();

    CHECK(wire.until_lost());
    CHECK(wire.peer_saw() == "all");
    CHECK(wire.journal.reason == std::error_code());
}

TEST_SUITE_END();
