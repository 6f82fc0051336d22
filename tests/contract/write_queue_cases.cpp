// SPDX-License-Identifier: MIT
#include "wires.h"

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Errc;
using hawser::Transport;

TEST_SUITE_BEGIN("contract: write queue");

TEST_CASE_TEMPLATE("passing the marks is told once each way, from the loop", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.transport().set_write_marks(1000, 100);
    wire.peer_takes_nothing();

    stuff(wire, 1001);
    stuff(wire, 200'000);
    CHECK(wire.journal.events == Events{"made", "write paused"});
    wire.peer_takes_all();

    CHECK(wire.until([&] { return wire.journal.saw("write resumed"); }));
    CHECK(wire.transport().queued() <= 100);
    CHECK(wire.journal.events == Events{"made", "write paused", "write resumed"});
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("at the mark nothing is told, one byte above it is", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    stuff(wire, 1);
    const std::size_t queued = wire.transport().queued();

    wire.transport().set_write_marks(queued + 10, 0);
    wire.settle();
    wire.transport().write("0123456789");
    wire.settle();
    CHECK_FALSE(wire.journal.saw("write paused"));

    wire.transport().write("!");
    wire.settle();
    CHECK(wire.journal.saw("write paused"));
}

TEST_CASE_TEMPLATE("marks set while bytes wait count at once", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    wire.transport().set_write_marks(1'000'000, 1'000'000);
    stuff(wire, 5000);
    CHECK_FALSE(wire.journal.saw("write paused"));

    wire.transport().set_write_marks(10, 0);
    wire.settle();
    CHECK(wire.journal.events == Events{"made", "write paused"});

    wire.transport().set_write_marks(2'000'000, 1'000'000);
    wire.settle();
    CHECK(wire.journal.events == Events{"made", "write paused", "write resumed"});
}

TEST_CASE_TEMPLATE("marks set inside any callback count at once", Wire, CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.read_resumed = [](Transport& transport) { transport.set_write_marks(10, 0); };
    wire.open(script);
    wire.peer_takes_nothing();
    wire.transport().set_write_marks(1'000'000, 1'000'000);
    stuff(wire, 11);

    wire.transport().pause_producing();
    wire.transport().resume_producing();
    wire.settle();

    CHECK(wire.journal.events == Events{"made", "read resumed", "write paused"});
}

TEST_CASE_TEMPLATE("write_resumed may write past the mark again", Wire, CONTRACT_WIRES) {
    Wire wire;
    const std::string more = pattern(50'000);
    Script script;
    script.write_resumed = [&](Transport& transport) { transport.write(more); };
    wire.open(script);
    wire.transport().set_write_marks(1000, 100);
    wire.peer_takes_nothing();
    const std::string first = stuff(wire, 1001);

    wire.peer_takes_all();

    CHECK(wire.until([&] { return wire.peer_saw() == first + more; }));
    CHECK(wire.transport().queued() == 0);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("who stops because the transport is full is told to go on, whoever is quick",
                   Wire, CONTRACT_WIRES) {
    Wire wire;
    std::string all;
    int rounds = 0;
    const auto write_until_full = [&](Transport& transport) {
        ++rounds;
        while (all.size() < 30'000 && !transport.full()) {
            const std::string more = pattern(700);
            all += more;
            transport.write(more);
        }
    };
    Script script;
    script.write_resumed = write_until_full;
    script.made = [&](Transport& transport) {
        transport.set_write_marks(5000, 100);
        write_until_full(transport);
    };

    wire.open(script);

    CHECK(wire.until([&] { return wire.peer_saw() == all; }));
    CHECK(all.size() >= 30'000);
    CHECK(rounds >= 4);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("past its cap the queue is dropped and the connection reset", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    wire.transport().set_write_limit(300'000);

    stuff(wire, 300'001);

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == Errc::write_limit);
    wire.peer_takes_all();
    CHECK(wire.until(
        [&] { return Wire::shows_resets ? wire.peer_saw_reset() : wire.peer_saw_end(); }));
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("the cap holds below the high mark too, to the byte", Wire, CONTRACT_WIRES) {
    for (const bool over : {false, true}) {
        Wire wire;
        wire.open({});
        wire.transport().set_write_limit(10);

        wire.transport().write(over ? "0123456789!" : "0123456789");
        wire.settle();

        CHECK(wire.journal.lost() == over);
    }
}

TEST_CASE_TEMPLATE("a protocol that ends in write_paused is told nothing more", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    Script script;
    script.write_paused = [](Transport& transport) {
        transport.pause_producing();
        transport.resume_producing();
        transport.abort_connection();
    };
    wire.open(script);
    wire.transport().set_write_marks(1000, 100);
    wire.peer_takes_nothing();

    stuff(wire, 1001);

    CHECK(wire.until_lost());
    CHECK(wire.journal.events == Events{"made", "write paused", "lost"});
}

TEST_SUITE_END();
