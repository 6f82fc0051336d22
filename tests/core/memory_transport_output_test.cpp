// SPDX-License-Identifier: MIT
// What a peer that does not take everything at once does to a connection.
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <system_error>

using hawser::Errc;
using hawser::Protocol;
using hawser::TransportLimits;
using hawser::testing::MemoryTransport;
using namespace std::chrono_literals;

namespace {

struct Source final : hawser::Producer {
    int resumed = 0;
    void pause_producing() override {}
    void resume_producing() override { ++resumed; }
    void stop_producing() override {}
};

struct Ending final : Protocol {
    std::error_code reason;
    void connection_lost(std::error_code why) override { reason = why; }
};

} // namespace

TEST_SUITE_BEGIN("MemoryTransport");

TEST_CASE("the peer takes as much as it has room for") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output(4);

    transport.write("abcdefgh");
    CHECK(transport.sent() == "abcd");
    CHECK(transport.queued() == 4);
    transport.hold_output(2);
    CHECK(transport.sent() == "abcdef");
    transport.write("i");
    transport.release_output();

    CHECK(transport.sent() == "abcdefghi");
    CHECK(transport.queued() == 0);
}

TEST_CASE("between the marks nothing changes, at the low one all is resumed") {
    struct Counter final : Protocol {
        int paused = 0;
        int resumed = 0;
        void write_paused() override { ++paused; }
        void write_resumed() override { ++resumed; }
    };
    Source source;
    MemoryTransport transport;
    const auto& counter = transport.attach(std::make_unique<Counter>());
    transport.set_write_marks(10, 4);
    transport.register_producer(source, true);
    transport.hold_output();

    transport.write("elevenbytes");
    transport.hold_output(6);
    CHECK(transport.queued() == 5);
    CHECK(counter.paused == 1);
    CHECK(counter.resumed == 0);
    CHECK(source.resumed == 0);
    transport.hold_output(1);

    CHECK(counter.resumed == 1);
    CHECK(source.resumed == 1);
}

TEST_CASE("a producer is not resumed when the connection was asked to end") {
    Source source;
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.set_write_marks(10, 4);
    transport.register_producer(source, true);
    transport.hold_output();
    transport.write("elevenbytes");

    transport.lose_connection();
    transport.hold_output(9);
    CHECK(transport.queued() == 2);

    CHECK(source.resumed == 0);
}

TEST_CASE("a stalled close ends at the deadline, and progress gives the peer its time anew") {
    TransportLimits limits;
    limits.close_timeout = 100ms;
    MemoryTransport transport(limits);
    const auto& ending = transport.attach(std::make_unique<Ending>());
    transport.hold_output();
    transport.write("abc");
    transport.lose_connection();

    transport.advance(99ms);
    CHECK_FALSE(transport.lost());
    transport.hold_output(1);
    transport.advance(99ms);
    CHECK_FALSE(transport.lost());
    transport.advance(1ms);

    CHECK(transport.lost());
    CHECK(transport.aborted());
    CHECK(transport.sent() == "a");
    CHECK(ending.reason == Errc::timed_out);
}

TEST_SUITE_END();
