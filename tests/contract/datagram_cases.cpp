// SPDX-License-Identifier: MIT
#include "datagram_wires.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <stdexcept>

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Bytes;
using hawser::DatagramTransport;
using Entry = DatagramJournal::Entry;

namespace {

DatagramScript echoing() {
    DatagramScript script;
    script.received = [](DatagramTransport& transport, Bytes data, const Address& from) {
        transport.write(data, from);
    };
    return script;
}

} // namespace

TEST_SUITE_BEGIN("contract: datagrams");

TEST_CASE_TEMPLATE("every datagram comes whole, with its sender, and an empty one too", Wire,
                   DATAGRAM_WIRES) {
    Wire wire;
    wire.open({});

    wire.peer_sends(0, "hi");
    wire.peer_sends(1, "");
    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 2; }));

    CHECK(wire.journal.datagrams == std::vector<Entry>{{"hi", wire.peer(0)}, {"", wire.peer(1)}});
    CHECK(wire.journal.events == Events{"start", "datagram", "datagram"});
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("each answer goes to who asked", Wire, DATAGRAM_WIRES) {
    Wire wire;
    wire.open(echoing());

    wire.peer_sends(0, "one");
    wire.peer_sends(1, "");
    wire.peer_sends(0, "three");

    CHECK(wire.until([&] { return wire.peer_saw(0).size() == 2 && wire.peer_saw(1).size() == 1; }));
    CHECK(wire.peer_saw(0) == Texts{"one", "three"});
    CHECK(wire.peer_saw(1) == Texts{""});
}

TEST_CASE_TEMPLATE("what one callback writes leaves in order, parts of the datagram too", Wire,
                   DATAGRAM_WIRES) {
    Wire wire;
    DatagramScript script;
    script.received = [&](DatagramTransport& transport, Bytes data, const Address& from) {
        transport.write(data.substr(2), from);
        transport.write("", wire.peer(1));
        transport.write(std::string("copied"), wire.peer(0));
        transport.write(data.substr(0, 2), wire.peer(0));
    };
    wire.open(script);

    wire.peer_sends(0, "abcd");

    CHECK(wire.until([&] { return wire.peer_saw(0).size() == 3 && wire.peer_saw(1).size() == 1; }));
    CHECK(wire.peer_saw(0) == Texts{"cd", "copied", "ab"});
    CHECK(wire.peer_saw(1) == Texts{""});
}

TEST_CASE_TEMPLATE("what is written outside of callbacks leaves with the next turn, in order", Wire,
                   DATAGRAM_WIRES) {
    Wire wire;
    DatagramScript script;
    script.started = [&](DatagramTransport& transport) { transport.write("first", wire.peer(0)); };
    wire.open(script);

    Texts expected{"first"};
    for (int i = 0; i < 150; ++i) { // more than a batch, with pauses that a short queue needs
        expected.push_back(std::to_string(i));
        wire.transport().write(expected.back(), wire.peer(0));
        if (i % 5 == 4) {
            CHECK(wire.until([&] { return wire.peer_saw(0).size() == expected.size(); }));
        }
    }

    CHECK(wire.peer_saw(0) == expected);
    CHECK(wire.transport().dropped().full == 0);
}

TEST_CASE_TEMPLATE("the longest datagram passes, a longer one is an error of write", Wire,
                   DATAGRAM_WIRES) {
    Wire wire;
    wire.open({});
    const std::string longest(Wire::longest, 'x');

    wire.transport().write(longest, wire.peer(0));
    CHECK(wire.until([&] { return wire.peer_saw(0) == Texts{longest}; }));

    const std::string longer(Wire::longest <= 65535 ? Wire::longest + 1 : 10'000'000, 'x');
    try {
        wire.transport().write(longer, wire.peer(0));
        FAIL("it was taken");
    } catch (const hawser::Error& error) {
        CHECK(error.code() == std::errc::message_size);
        CHECK(std::string(error.what()) == "cannot send " + std::to_string(longer.size()) +
                                               " bytes to " + to_string(wire.peer(0)) +
                                               ": message too long");
    }
    wire.transport().write("next", wire.peer(0));
    CHECK(wire.until([&] { return wire.peer_saw(0).size() == 2; }));
}

TEST_CASE_TEMPLATE("a destination that cannot be one is an error of write", Wire, DATAGRAM_WIRES) {
    Wire wire;
    wire.open({});
    const auto code_of_write = [&](const Address& to) {
        try {
            wire.transport().write("x", to);
        } catch (const hawser::Error& error) {
            return error.code();
        }
        return std::error_code();
    };

    CHECK(code_of_write({}) == std::errc::destination_address_required);
    CHECK(code_of_write(Address::unix_path("")) == std::errc::destination_address_required);
    CHECK(code_of_write(wire.stranger()) == std::errc::address_family_not_supported);
    if (wire.peer(0).is_ip()) {
        CHECK(code_of_write(*Address::from_ip(wire.peer(0).ip(), 0)) ==
              std::errc::destination_address_required);
        CHECK(code_of_write(Address::ipv4({}, 9)) == std::errc::destination_address_required);
        CHECK(code_of_write(Address::ipv6({}, 9)) == std::errc::destination_address_required);
    }
    CHECK_THROWS_WITH(wire.transport().write("x"), "cannot send without a destination: transport "
                                                   "endpoint is not connected");
}

TEST_CASE_TEMPLATE("a connected transport hears and tells its peer alone", Wire, DATAGRAM_WIRES) {
    Wire wire;
    wire.open({});
    CHECK(wire.transport().peer() == Address());
    CHECK_THROWS_AS(wire.transport().connect(wire.stranger()), hawser::Error);
    wire.transport().connect(wire.peer(0));

    CHECK(wire.transport().peer() == wire.peer(0));
    CHECK_THROWS_WITH(wire.transport().connect(wire.peer(0)),
                      ("cannot connect to " + to_string(wire.peer(0)) +
                       ": transport endpoint is already connected")
                          .c_str());
    CHECK_THROWS_AS(wire.transport().write("x", wire.peer(1)), hawser::Error);
    wire.transport().write("one");
    wire.transport().write("two", wire.peer(0));
    CHECK(wire.until([&] { return wire.peer_saw(0) == Texts{"one", "two"}; }));
    try {
        wire.peer_sends(1, "not heard");
    } catch (const std::system_error&) { // a Unix socket tells the sender
    }
    wire.peer_sends(0, "heard");
    CHECK(wire.until([&] { return !wire.journal.datagrams.empty(); }));
    CHECK(wire.journal.datagrams == std::vector<Entry>{{"heard", wire.peer(0)}});
}

TEST_CASE_TEMPLATE("what a stranger sent before the connect is not heard after it", Wire,
                   DATAGRAM_WIRES) {
    Wire wire;
    wire.open({});
    if (!wire.peer(0).is_ip()) {
        return; // a path has many names: there the kernel's word, who may send, has to do
    }
    wire.peer_sends(1, "early");
    wire.transport().connect(wire.peer(0));
    wire.journal.datagrams.clear(); // in memory it has come already
    wire.peer_sends(0, "heard");

    CHECK(wire.until([&] { return !wire.journal.datagrams.empty(); }));
    CHECK(wire.journal.datagrams == std::vector<Entry>{{"heard", wire.peer(0)}});
}

TEST_CASE_TEMPLATE("an exception is reported, and the next datagram delivered", Wire,
                   DATAGRAM_WIRES) {
    const hawser::testing::LogCapture log;
    Wire wire;
    DatagramScript script;
    script.received = [](DatagramTransport&, Bytes data, const Address&) {
        if (data == "bad") {
            throw std::runtime_error("oops");
        }
    };
    wire.open(script);

    wire.peer_sends(0, "bad");
    wire.peer_sends(0, "good");
    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 2; }));

    CHECK(log.count("ScriptedDatagrams::datagram_received threw: oops") == 1);
    CHECK(wire.transport().listening());
}

TEST_CASE_TEMPLATE("a stop inside datagram_received ends it: no more datagrams, no crash", Wire,
                   DATAGRAM_WIRES) {
    Wire wire;
    DatagramScript script;
    script.received = [&](DatagramTransport& transport, Bytes, const Address& from) {
        transport.write("last words", from);
        transport.stop_listening();
        transport.stop_listening();
        transport.write("too late", from);
        transport.write("not even an error");
        transport.connect(from);
    };
    wire.open(script);

    wire.peer_sends(0, "one");
    try {
        wire.peer_sends(0, "two");
    } catch (const std::system_error&) { // it is closed already
    }
    CHECK(wire.until([&] { return wire.journal.count("stop") == 1; }));
    wire.settle();

    CHECK(wire.journal.datagrams.size() == 1);
    CHECK(wire.peer_saw(0) == Texts{"last words"});
    CHECK(wire.journal.clean());
    CHECK(wire.journal.events.at(2) == "stop");
}

TEST_CASE_TEMPLATE("its owner stops it: what was written leaves before", Wire, DATAGRAM_WIRES) {
    Wire wire;
    Address host;
    DatagramScript script;
    script.stopped = [&](DatagramTransport& transport) {
        host = transport.host();
        transport.write("too late", wire.peer(0));
    };
    wire.open(script);
    const Address before = wire.transport().host();

    wire.transport().write("goodbye", wire.peer(0));
    wire.close();
    CHECK(wire.journal.events == Events{"start"});
    CHECK(wire.until([&] { return wire.journal.count("stop") == 1; }));
    wire.settle();

    CHECK(wire.peer_saw(0) == Texts{"goodbye"});
    CHECK(wire.journal.clean());
    CHECK(host == before);
    CHECK(host.family() == wire.peer(0).family());
}

TEST_CASE_TEMPLATE("a pause holds datagrams back, and is counted", Wire, DATAGRAM_WIRES) {
    Wire wire;
    DatagramScript script;
    script.received = [](DatagramTransport& transport, Bytes data, const Address&) {
        if (data == "pause") {
            transport.pause_producing();
            transport.pause_producing();
        }
    };
    wire.open(script);

    for (const char* text : {"one", "pause", "three", "pause", "five"}) {
        wire.peer_sends(0, text);
    }
    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 2; }));
    wire.settle();
    CHECK(wire.transport().paused());
    wire.transport().resume_producing();
    wire.settle();
    CHECK(wire.journal.datagrams.size() == 2);
    wire.transport().resume_producing();
    CHECK(wire.journal.datagrams.size() == 2); // from the loop, not from inside
    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 4; }));
    wire.settle();
    CHECK(wire.journal.datagrams.size() == 4);
    wire.transport().resume_producing();
    wire.transport().resume_producing();

    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 5; }));
    CHECK(wire.journal.datagrams.back() == Entry{"five", wire.peer(0)});
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a datagram above the limit is seen as truncated", Wire, DATAGRAM_WIRES) {
    Wire wire;
    wire.open({});
    wire.transport().set_datagram_limit(4);
    CHECK_THROWS_AS(wire.transport().set_datagram_limit(0), hawser::Error);
    CHECK_THROWS_AS(wire.transport().set_datagram_limit(2'000'000), hawser::Error);

    for (const char* text : {"1234", "12345", "", "x"}) {
        wire.peer_sends(0, text);
    }
    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 4; }));

    CHECK(wire.journal.events == Events{"start", "datagram", "truncated", "datagram", "datagram"});
    CHECK(wire.journal.datagrams.at(1) == Entry{"1234", wire.peer(0)});
    CHECK(wire.transport().dropped().truncated == 1);

    wire.transport().set_datagram_limit(1'000'000);
    wire.peer_sends(0, std::string(60'000, 'x'));
    CHECK(wire.until([&] { return wire.journal.datagrams.size() == 5; }));
    CHECK(wire.journal.datagrams.back().data.size() == 60'000);
}

TEST_SUITE_END();
