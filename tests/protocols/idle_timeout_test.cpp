// SPDX-License-Identifier: MIT
#include <hawser/protocols/idle_timeout.h>

#include <hawser/core/error.h>
#include <hawser/core/transport.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string_view>

using hawser::IdleTimeout;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

namespace {

struct Waiter {
    ManualClock clock;
    int times = 0;
    IdleTimeout idle{clock, [this] { ++times; }};
};

class Questioner final : public hawser::LineReceiver {
public:
    explicit Questioner(hawser::Clock& clock) : idle_(clock, [this] { give_up(); }) {}

private:
    void connection_made() override {
        idle_.set_timeout(60s);
        send_line("What is your name?");
    }
    void line_received(std::string_view) override {
        idle_.reset_timeout();
        send_line("Are you sure?");
    }
    void give_up() {
        send_line("Nobody there? Goodbye!");
        transport().lose_connection(hawser::Errc::timed_out);
    }
    hawser::IdleTimeout idle_;
};

} // namespace

TEST_SUITE_BEGIN("IdleTimeout");

TEST_CASE("a new period takes the place of the old one, which is given back") {
    Waiter waiter;
    CHECK(waiter.idle.set_timeout(10s) == std::nullopt);
    CHECK(waiter.idle.set_timeout(20s) == 10s);
    CHECK(waiter.idle.timeout() == 20s);

    waiter.clock.advance(20s - 1ms);
    CHECK(waiter.times == 0);
    waiter.clock.advance(1ms);
    CHECK(waiter.times == 1);

    CHECK(waiter.idle.set_timeout(5s) == 20s);
    waiter.clock.advance(5s);
    CHECK(waiter.times == 2);
}

TEST_CASE("a shorter period counts from now") {
    Waiter waiter;
    waiter.idle.set_timeout(20s);
    waiter.clock.advance(4s);

    waiter.idle.set_timeout(5s);
    waiter.clock.advance(5s - 1ms);
    CHECK(waiter.times == 0);
    waiter.clock.advance(1ms);
    CHECK(waiter.times == 1);
}

TEST_CASE("without a period nothing is waited for") {
    Waiter waiter;
    waiter.idle.set_timeout(10s);

    CHECK(waiter.idle.set_timeout({}) == 10s);
    waiter.idle.reset_timeout();
    waiter.clock.advance(1h);

    CHECK(waiter.times == 0);
    CHECK(waiter.clock.scheduled() == 0);
}

TEST_CASE("what happens pushes the end back, until it has come") {
    Waiter waiter;
    waiter.idle.set_timeout(10s);
    for (int i = 0; i < 100; ++i) {
        waiter.clock.advance(9999ms);
        waiter.idle.reset_timeout();
    }
    CHECK(waiter.times == 0);

    waiter.clock.advance(10s);
    CHECK(waiter.times == 1);
    waiter.idle.reset_timeout();
    waiter.clock.advance(1h);
    CHECK(waiter.times == 1);
}

TEST_CASE("a protocol has its own words for who is silent") {
    ManualClock clock;
    hawser::testing::MemoryTransport transport;
    transport.attach(std::make_unique<Questioner>(clock));
    clock.advance(59s);
    transport.deliver("Ada\r\n");
    clock.advance(59s);
    CHECK(transport.take_sent() == "What is your name?\r\nAre you sure?\r\n");

    clock.advance(1s);

    CHECK(transport.sent() == "Nobody there? Goodbye!\r\n");
    CHECK(transport.lost());
}

TEST_CASE("it may be dropped, by its own call too") {
    ManualClock clock;
    int times = 0;
    std::unique_ptr<IdleTimeout> idle;
    idle = std::make_unique<IdleTimeout>(clock, [&] {
        idle.reset();
        ++times;
    });
    idle->set_timeout(1s);

    SUBCASE("before") {
        idle.reset();
        clock.advance(1h);
        CHECK(times == 0);
    }
    SUBCASE("by its own call") {
        clock.advance(1h);
        CHECK(times == 1);
    }
    CHECK(clock.scheduled() == 0);
}

TEST_SUITE_END();
