// SPDX-License-Identifier: MIT
// The room, tested without a socket and without waiting.
#include "room.h"

#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_network.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using hawser::testing::ManualClock;
using hawser::testing::MemoryNetwork;
using hawser::testing::MemoryTransport;

TEST_CASE("a guest is asked for a name, and welcomed by it") {
    ManualClock clock;
    Room room(clock);
    MemoryTransport ada;
    ada.attach(room.build_protocol(ada.peer()));

    ada.deliver("Ada\n");

    CHECK(ada.sent() == "What is your name?\nWelcome, Ada.\n");
}

TEST_CASE("it is the same however the bytes are cut") {
    for (std::size_t size = 1; size < 8; ++size) {
        ManualClock clock;
        Room room(clock);
        MemoryTransport ada;
        ada.attach(room.build_protocol(ada.peer()));

        ada.deliver("Ada\nhello\n", size);

        CHECK(ada.take_sent() == "What is your name?\nWelcome, Ada.\n");
    }
}

TEST_CASE("who has no name in a minute is shown out") {
    ManualClock clock;
    Room room(clock);
    MemoryTransport guest;
    guest.attach(room.build_protocol(guest.peer()));

    clock.advance(59s);
    CHECK(!guest.closing());
    clock.advance(1s);
    CHECK(guest.closing());
    CHECK(guest.sent() == "What is your name?\nCome back when you know.\n");
}

// A guest at the other end of the network: what it heard.
class Heard final : public hawser::LineReceiver {
public:
    explicit Heard(std::string name) : name_(std::move(name)) {}
    void say(std::string_view text) { send_line(text); }
    std::vector<std::string> lines;

private:
    void connection_made() override {
        set_delimiter("\n");
        send_line(name_);
    }
    void line_received(std::string_view line) override { lines.emplace_back(line); }

    std::string name_;
};

TEST_CASE("what one says the others hear") {
    MemoryNetwork network;
    const auto listener = network.listen("tcp:8000", std::make_shared<Room>(network.clock()));
    Heard* ada = nullptr;
    Heard* bob = nullptr;
    const auto first = network.connect<Heard>("tcp:localhost:8000", "Ada").then([&](Heard* heard) {
        ada = heard;
    });
    network.pump();
    const auto second = network.connect<Heard>("tcp:localhost:8000", "Bob").then([&](Heard* heard) {
        bob = heard;
    });
    network.pump();

    ada->say("hello, all");
    network.pump();

    CHECK(ada->lines.back() == "Bob has come.");
    CHECK(bob->lines.back() == "Ada: hello, all");
}
