// SPDX-License-Identifier: MIT
// What a peer that does not take everything at once does to a connection.
#include <hawser/testing/manual_clock.h>
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
    bool is_held = false;
    void pause_producing() override {}
    void resume_producing() override { ++resumed; }
    void stop_producing() override {}
    [[nodiscard]] bool held() const noexcept override { return is_held; }
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

TEST_CASE("it is known since when the peer has taken nothing of what is queued") {
    hawser::testing::ManualClock clock;
    MemoryTransport transport(clock);
    transport.attach(std::make_unique<Protocol>());
    const auto start = clock.now();
    transport.write("all of it leaves");
    transport.turn();
    CHECK_FALSE(transport.stalled_since());

    transport.hold_output(4);
    clock.advance(1s);
    transport.write("12345678");
    transport.turn();
    CHECK(transport.stalled_since() == start + 1s);

    clock.advance(1s);
    transport.write("more is queued behind it");
    transport.turn();
    CHECK(transport.stalled_since() == start + 1s);

    transport.hold_output(2);
    CHECK(transport.stalled_since() == start + 2s);

    transport.release_output();
    CHECK_FALSE(transport.stalled_since());

    transport.hold_output();
    clock.advance(1s);
    transport.write("again");
    transport.turn();
    CHECK(transport.stalled_since() == start + 3s);

    transport.abort_connection();
    CHECK_FALSE(transport.stalled_since());
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

TEST_CASE("a producer registered when the connection was asked to end is not resumed") {
    Source source;
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.set_write_marks(10, 4);
    transport.hold_output();
    transport.write("elevenbytes");

    transport.lose_connection();
    transport.register_producer(source, true);
    transport.write("dropped");
    transport.hold_output(9);
    CHECK(transport.queued() == 2);
    transport.release_output();

    CHECK(source.resumed == 0);
    CHECK(transport.sent() == "elevenbytes");
    CHECK(transport.lost());
}

TEST_CASE("a stalled close ends at the deadline, and progress gives the peer its time anew") {
    constexpr std::size_t enough = 16 * 1024;
    TransportLimits limits;
    limits.close_timeout = 100ms;
    MemoryTransport transport(limits);
    const auto& ending = transport.attach(std::make_unique<Ending>());
    transport.hold_output();
    transport.write(std::string(3 * enough, 'x'));
    transport.lose_connection();

    transport.advance(99ms);
    CHECK_FALSE(transport.lost());
    transport.hold_output(enough);
    transport.advance(99ms);
    CHECK_FALSE(transport.lost());
    transport.advance(1ms);

    CHECK(transport.lost());
    CHECK(transport.aborted());
    CHECK(transport.sent().size() == enough);
    CHECK(ending.reason == Errc::timed_out);
}

TEST_CASE("a peer that takes a byte now and then does not put off the end for ever") {
    for (const bool half : {true, false}) {
        MemoryTransport transport;
        transport.attach(std::make_unique<hawser::Protocol>());
        transport.hold_output();
        transport.write(std::string(100'000, 'x'));
        half ? transport.lose_write_connection() : transport.lose_connection();

        transport.advance(std::chrono::seconds(29));
        transport.hold_output(1);
        CHECK_FALSE(transport.lost());
        transport.advance(std::chrono::seconds(1));

        CHECK(transport.lost());
        CHECK(transport.aborted());
        CHECK(transport.sent().size() == 1);
    }
}

TEST_CASE("an end has no deadline while the producer it waits for is held back") {
    for (const bool half : {true, false}) {
        CAPTURE(half);
        Source source;
        source.is_held = true;
        MemoryTransport transport;
        transport.attach(std::make_unique<hawser::Protocol>());
        transport.register_producer(source, true);
        half ? transport.lose_write_connection() : transport.lose_connection();

        transport.advance(1h);
        CHECK_FALSE(transport.lost());
        source.is_held = false;
        transport.advance(31s);

        CHECK(transport.lost());
        CHECK(transport.aborted());
    }
}

TEST_CASE("what waits for the peer has its deadline, whether its producer is held back or not") {
    Source source;
    source.is_held = true;
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.register_producer(source, true);
    transport.hold_output();
    transport.write("never taken");
    transport.lose_connection();

    transport.advance(29s);
    CHECK_FALSE(transport.lost());
    transport.advance(1s);

    CHECK(transport.lost());
    CHECK(transport.aborted());
}

TEST_CASE("a transport is held back, as a producer, while it is paused") {
    MemoryTransport source;
    MemoryTransport transport;
    source.attach(std::make_unique<hawser::Protocol>());
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.register_producer(source, true);
    source.pause_producing();
    transport.lose_connection();
    transport.advance(1h);
    CHECK_FALSE(transport.lost());

    source.resume_producing();
    transport.advance(31s);

    CHECK(transport.lost());
}

TEST_CASE("a slow peer that takes 16 KiB in time is waited for") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output();
    transport.write(std::string(100'000, 'x'));
    transport.lose_connection();

    int times = 0;
    for (; times < 10 && !transport.lost(); ++times) {
        transport.advance(std::chrono::seconds(29));
        transport.hold_output(10'000); // in two pieces, which count together
        transport.hold_output(6384);
    }

    CHECK(times == 7);
    CHECK(transport.sent().size() == 100'000);
    CHECK_FALSE(transport.aborted());
}

TEST_SUITE_END();
