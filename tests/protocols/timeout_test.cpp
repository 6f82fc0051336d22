// SPDX-License-Identifier: MIT
#include <hawser/protocols/timeout.h>

#include <hawser/protocols/chargen.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

using hawser::Bytes;
using hawser::Errc;
using hawser::factory;
using hawser::factory_for;
using hawser::Protocol;
using hawser::Timeouts;
using hawser::testing::ManualClock;
using hawser::testing::MemoryTransport;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr hawser::TransportLimits small{.write_high_mark = 1000, .write_low_mark = 100};

/// Stays when the peer ends its direction, and writes its last word after that.
class Keeper final : public Protocol {
public:
    explicit Keeper(std::error_code& reason) : reason_(reason) {}

private:
    bool read_connection_lost() override { return true; }
    void connection_lost(std::error_code reason) override { reason_ = reason; }
    std::error_code& reason_;
};

/// A connection whose times are kept.
struct Timed {
    ManualClock clock;
    std::error_code reason;
    std::shared_ptr<hawser::Factory> factory;
    MemoryTransport transport{clock, small};

    explicit Timed(const Timeouts& timeouts)
        : factory(hawser::timeout(clock, timeouts, hawser::factory([this] {
                                      return std::make_unique<Keeper>(reason);
                                  }))) {
        transport.attach(factory->build_protocol(transport.peer()));
    }

    void pass(milliseconds time) {
        clock.advance(time);
        transport.turn();
        clock.advance(0ms); // what is scheduled for the next turn
        transport.turn();
    }
    /// How long it lives from now on, to the millisecond.
    milliseconds life() {
        milliseconds lived{0};
        while (!transport.lost() && lived < 1h) {
            pass(1ms);
            ++lived;
        }
        return lived;
    }
};

} // namespace

TEST_SUITE_BEGIN("timeout");

TEST_CASE("a peer that sends nothing is closed when its time is over, not before") {
    Timed timed({.read = 60s});

    CHECK(timed.life() == 60s);
    CHECK(timed.reason == Errc::timed_out);
    CHECK_FALSE(timed.transport.aborted());
    CHECK(timed.clock.scheduled() == 0);
}

TEST_CASE("each byte gives the whole time anew, to the millisecond") {
    Timed timed({.read = 60s});
    for (int i = 0; i < 100; ++i) {
        timed.pass(milliseconds(60'000 - 1 - i * 599));
        timed.transport.deliver("x");
        CHECK(timed.clock.scheduled() == 1); // and no timer more
    }

    CHECK(timed.life() == 60s);
}

TEST_CASE("what we write is no life sign of the peer") {
    Timed timed({.read = 60s});
    timed.pass(59s);
    timed.transport.write("are you there?");

    CHECK(timed.life() == 1s);
}

TEST_CASE("what is queued is sent first when the peer was silent") {
    Timed timed({.read = 60s});
    timed.transport.hold_output();
    timed.transport.write("last words");
    timed.pass(60s);
    CHECK(timed.transport.closing());
    CHECK_FALSE(timed.transport.lost());

    timed.transport.release_output();

    CHECK(timed.transport.sent() == "last words");
    CHECK(timed.transport.lost());
    CHECK(timed.reason == Errc::timed_out);
}

TEST_CASE("a producer without an end does not keep the connection of a silent peer") {
    ManualClock clock;
    const auto timed = hawser::timeout(clock, {.read = 60s}, factory_for<hawser::Chargen>());
    MemoryTransport transport(clock);
    transport.hold_output();
    transport.attach(timed->build_protocol(transport.peer()));

    for (int second = 0; second < 300 && !transport.lost(); ++second) {
        CHECK(transport.closing() == (second > 60));
        transport.hold_output(5000); // it reads, and says nothing
        clock.advance(1s);
    }

    CHECK(transport.lost());
    CHECK(transport.aborted());
}

TEST_CASE("what is queued for a silent peer goes on leaving as slowly as it likes") {
    Timed timed({.read = 5s});
    timed.transport.hold_output();
    timed.transport.write("last words");
    for (int i = 0; i < 5; ++i) {
        timed.pass(5s);
        CHECK_FALSE(timed.transport.lost());
        timed.transport.hold_output(2);
    }

    CHECK(timed.transport.sent() == "last words");
    CHECK(timed.transport.lost());
    CHECK_FALSE(timed.transport.aborted());
}

TEST_CASE("the time rests while reading is paused, and is whole again after it") {
    Timed timed({.read = 60s});
    timed.pass(30s);
    timed.transport.pause_producing();
    timed.pass(500s);
    CHECK_FALSE(timed.transport.closing());

    timed.transport.resume_producing();
    timed.transport.turn();

    CHECK(timed.life() == 60s);
}

TEST_CASE("a peer that can be heard again only when its time is over has it anew") {
    struct Pause {
        milliseconds begin;
        milliseconds end; // when the connection is looked at, but before that
    };
    for (const Pause pause : {Pause{65s, 70s}, Pause{20s, 120s}}) {
        CAPTURE(pause.begin.count());
        Timed timed({.read = 60s});
        timed.pass(10s);
        timed.transport.deliver("x");
        const hawser::Timer resume = timed.clock.call_later(
            pause.end - 10s, [&timed] { timed.transport.resume_producing(); });
        timed.pass(pause.begin - 10s);
        timed.transport.pause_producing();

        timed.pass(pause.end - pause.begin);

        CHECK(timed.life() == 60s);
    }
}

TEST_CASE("a peer that is not read because of its queue lives as long as it takes of that") {
    Timed timed({.read = 60s});
    timed.transport.hold_output();
    timed.transport.write(std::string(1500, 'x'));
    timed.transport.turn();

    SUBCASE("it takes some now and then") {
        for (int i = 0; i < 10; ++i) {
            timed.pass(59s);
            timed.transport.hold_output(100);
        }
        timed.pass(60s - 1ms);
        CHECK_FALSE(timed.transport.closing());
        timed.pass(1ms);
        CHECK(timed.transport.closing());
    }
    SUBCASE("it takes all, and is read again") {
        timed.pass(59s);
        timed.transport.release_output();
        CHECK(timed.life() == 60s);
    }
    SUBCASE("it takes nothing") {
        timed.pass(60s);
        CHECK(timed.transport.closing());
    }
}

TEST_CASE("after the peer has ended its direction there is nothing to wait for") {
    Timed timed({.read = 60s});
    timed.transport.end();

    timed.pass(500s);

    CHECK_FALSE(timed.transport.closing());
    CHECK(timed.clock.scheduled() == 0);
}

TEST_CASE("a peer that takes nothing of what is queued is reset when its time is over") {
    for (milliseconds before{0}; before < 70s; before += 7001ms) {
        CAPTURE(before.count());
        Timed timed({.write = 30s});
        timed.pass(before);
        timed.transport.hold_output(3);

        timed.transport.write("abcdef");
        timed.transport.turn();

        CHECK(timed.life() == 30s);
        CHECK(timed.reason == Errc::timed_out);
        CHECK(timed.transport.aborted());
        CHECK(timed.transport.sent() == "abc");
    }
}

TEST_CASE("each byte that it takes gives the whole time anew, further writes do not") {
    Timed timed({.write = 30s});
    timed.transport.hold_output();
    timed.transport.write(std::string(100, 'x'));
    for (int i = 0; i < 50; ++i) {
        timed.pass(milliseconds(29'999 - i * 501));
        timed.transport.write("y");
        timed.transport.hold_output(1);
    }
    timed.pass(29s);
    timed.transport.write("z");

    CHECK(timed.life() == 1s);
}

TEST_CASE("with nothing queued the peer may be silent") {
    Timed timed({.write = 30s});
    timed.transport.write("all of it leaves");

    timed.pass(500s);

    CHECK_FALSE(timed.transport.closing());
}

TEST_CASE("an end that the peer stalls is cut off too") {
    Timed timed({.write = 10s}); // the transport itself would wait for 30 s
    timed.transport.hold_output();
    timed.transport.write("last words");
    timed.transport.turn();
    timed.transport.lose_connection();

    CHECK(timed.life() == 10s);
    CHECK(timed.transport.aborted());
}

TEST_CASE("both times are kept with one timer") {
    Timed timed({.read = 60s, .write = 30s});
    timed.pass(45s);
    timed.transport.hold_output();
    timed.transport.write("x");
    timed.transport.turn();
    CHECK(timed.clock.scheduled() == 1);

    SUBCASE("writing ends first") {
        timed.transport.deliver("still here");
        CHECK(timed.life() == 30s);
        CHECK(timed.transport.aborted());
    }
    SUBCASE("reading ends first, then writing") {
        timed.pass(15s);
        CHECK(timed.transport.closing());
        CHECK(timed.life() == 15s);
        CHECK(timed.transport.aborted());
    }
}

TEST_CASE("without times, and after the end, no timer is left") {
    Timed timed({});
    CHECK(timed.clock.scheduled() == 0);

    Timed lost({.read = 1s, .write = 1s});
    lost.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(lost.clock.scheduled() == 0);
}

TEST_CASE("a factory that refuses is heard") {
    ManualClock clock;
    const auto refusing = hawser::timeout(
        clock, {.read = 1s}, factory([]() -> std::unique_ptr<Protocol> { return nullptr; }));

    CHECK(refusing->build_protocol({}) == nullptr);
}

TEST_SUITE_END();
