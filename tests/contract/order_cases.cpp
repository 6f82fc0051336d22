// SPDX-License-Identifier: MIT
#include "wires.h"

#include <hawser/core/connection_ref.h>

#include <array>

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Bytes;
using hawser::SharedBytes;
using hawser::Transport;

TEST_SUITE_BEGIN("contract: order");

TEST_CASE_TEMPLATE("made comes first, data in order, lost last and once", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});

    wire.peer_sends("one ");
    wire.peer_sends("two");
    CHECK(wire.until([&] { return wire.journal.data == "one two"; }));
    wire.peer_ends();
    CHECK(wire.until_lost());
    wire.settle();

    CHECK(wire.journal.events == Events{"made", "data", "read lost", "lost"});
    CHECK(wire.journal.reason == std::error_code());
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("nothing calls back into a callback", Wire, CONTRACT_WIRES) {
    Wire wire;
    auto everything = [](Transport& transport) {
        transport.set_write_marks(4, 2);
        transport.write("more than the mark");
        transport.write(SharedBytes("shared"));
        transport.pause_producing();
        transport.resume_producing();
        transport.lose_write_connection();
        transport.lose_connection();
        transport.abort_connection();
        transport.abort_connection();
        transport.lose_connection();
        transport.write("late");
    };
    Script script;
    script.received = [&](Transport& transport, Bytes) { everything(transport); };
    script.lost = [&](Transport& transport, std::error_code) { everything(transport); };
    wire.open(script);

    wire.peer_sends("go");
    CHECK(wire.until_lost());
    wire.settle();

    CHECK(wire.journal.events == Events{"made", "data", "lost"});
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("nothing calls back into code outside of the loop", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    Transport& transport = wire.transport();

    transport.set_write_marks(4, 2);
    transport.write("more than the mark");
    transport.pause_producing();
    transport.resume_producing();
    transport.lose_write_connection();
    transport.lose_connection();
    transport.abort_connection();
    CHECK(wire.journal.events == Events{"made"});

    CHECK(wire.until_lost());
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("what is written leaves in order, however it is written", Wire, CONTRACT_WIRES) {
    Wire wire;
    const std::string large = pattern(100'000);
    Script script;
    script.made = [&](Transport& transport) {
        transport.write("a");
        transport.write(SharedBytes("b"));
        transport.write(SharedBytes(large));
        transport.write(large);
        const std::array<Bytes, 3> pieces{"c", "", "d"};
        transport.write_sequence(pieces);
        transport.write("");
        transport.write(Bytes());
        transport.write(SharedBytes());
    };

    wire.open(script);

    CHECK(wire.until([&] { return wire.peer_saw() == "ab" + large + large + "cd"; }));
    CHECK(wire.transport().queued() == 0);
}

TEST_CASE_TEMPLATE("bytes from outside of callbacks leave with the next turn", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    wire.open({});

    wire.transport().write("one ");
    wire.transport().write("two");
    CHECK(wire.transport().queued() == 7);

    CHECK(wire.until([&] { return wire.peer_saw() == "one two"; }));
    CHECK(wire.transport().queued() == 0);
}

TEST_CASE_TEMPLATE("a large echo comes back whole", Wire, CONTRACT_WIRES) {
    for (const End end : {End::accepted, End::connected}) {
        Wire wire(end);
        Script script;
        script.received = [](Transport& transport, Bytes data) { transport.write(data); };
        wire.open(script);
        const std::string large = pattern(2'000'000);

        wire.peer_sends(large);

        CHECK(wire.until([&] { return wire.peer_saw().size() >= large.size(); }));
        CHECK(wire.peer_saw() == large);
        CHECK(wire.journal.data == large);
    }
}

TEST_CASE_TEMPLATE("an echo in parts keeps what the peer did not take", Wire, CONTRACT_WIRES) {
    Wire wire(End::connected); // goes on reading
    std::string expected;
    Script script;
    script.received = [&](Transport& transport, Bytes data) {
        const Bytes tail = data.substr(data.size() / 2);
        transport.write(data); // large: sent from where it was read
        transport.write("|");
        transport.write(tail);
        expected.append(data).append("|").append(tail);
    };
    wire.open(script);
    wire.peer_takes_nothing();
    const std::string before = stuff(wire, 1);

    wire.peer_sends(pattern(50'000));
    wire.peer_sends(pattern(3'000));
    CHECK(wire.until([&] { return wire.journal.data.size() == 53'000; }));
    wire.peer_takes_all();

    CHECK(wire.until([&] { return wire.transport().queued() == 0; }));
    CHECK(wire.until([&] { return wire.peer_saw() == before + expected; }));
}

TEST_CASE_TEMPLATE("a handle knows the connection until connection_lost has returned", Wire,
                   CONTRACT_WIRES) {
    Wire wire;
    hawser::ConnectionRef ref;
    bool known_inside = false;
    Script script;
    script.made = [&](Transport& transport) { ref = transport.ref(); };
    script.lost = [&](Transport& transport, std::error_code) {
        known_inside = ref.get() == &transport;
    };
    wire.open(script);
    CHECK(ref.get() == &wire.transport());
    ref.write("hello");
    ref.lose_connection();

    CHECK(wire.until_lost());
    wire.settle();

    CHECK(known_inside);
    CHECK(ref.get() == nullptr);
    CHECK(wire.peer_saw() == "hello");
}

TEST_CASE_TEMPLATE("the peer's address can be asked to the end", Wire, CONTRACT_WIRES) {
    Wire wire;
    hawser::Address at_first;
    hawser::Address at_last;
    Script script;
    script.made = [&](Transport& transport) { at_first = transport.peer(); };
    script.lost = [&](Transport& transport, std::error_code) { at_last = transport.peer(); };
    wire.open(script);
    CHECK(wire.transport().host().family() == at_first.family());

    wire.peer_ends();
    CHECK(wire.until_lost());

    CHECK(at_first.family() != hawser::Address::Family::none);
    CHECK(at_last == at_first);
}

TEST_SUITE_END();
