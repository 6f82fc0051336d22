// SPDX-License-Identifier: MIT
// What an end waits for, and producers that go before their consumer.
#include "wires.h"

#include <hawser/core/producer.h>
#include <hawser/testing/log_capture.h>

#include <functional>
#include <memory>
#include <stdexcept>

using namespace contract; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Errc;
using hawser::Transport;

namespace {

/// Calls what a case wants to do when it is told something, and counts.
class Pump final : public hawser::Producer {
public:
    std::function<void()> on_pause;
    std::function<void()> on_resume;
    int pauses = 0;
    int resumes = 0;
    int stops = 0;

    void pause_producing() override { tell(pauses, on_pause); }
    void resume_producing() override { tell(resumes, on_resume); }
    void stop_producing() override { ++stops; }

private:
    static void tell(int& count, const std::function<void()>& call) {
        ++count;
        if (call) {
            call();
        }
    }
};

hawser::TransportLimits short_ends() {
    hawser::TransportLimits limits;
    limits.close_timeout = std::chrono::milliseconds(20);
    return limits;
}

} // namespace

TEST_SUITE_BEGIN("contract: producers and ends");

TEST_CASE_TEMPLATE("lose_connection waits for the producer's last byte", Wire, CONTRACT_WIRES) {
    Pump pump;
    Wire wire;
    wire.open({});
    wire.transport().register_producer(pump, true);

    wire.transport().write("first ");
    wire.transport().lose_connection(Errc::protocol_error);
    wire.settle();
    CHECK_FALSE(wire.journal.lost());
    CHECK(wire.transport().closing());
    wire.transport().write("last");
    wire.transport().unregister_producer();
    wire.transport().write("too late");

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == "first last");
    CHECK(wire.journal.reason == Errc::protocol_error);
    CHECK(pump.stops == 0);
    CHECK(wire.journal.clean());
}

TEST_CASE_TEMPLATE("a pull producer is asked on while the connection closes", Wire,
                   CONTRACT_WIRES) {
    Pump pump;
    Wire wire;
    wire.open({});
    pump.on_resume = [&] {
        pump.resumes < 4 ? wire.transport().write("piece ")
                         : wire.transport().unregister_producer();
    };
    wire.transport().register_producer(pump, false);

    wire.transport().lose_connection();

    CHECK(wire.until_lost());
    CHECK(wire.peer_saw() == "piece piece piece ");
    CHECK(wire.journal.reason == std::error_code());
    CHECK(pump.resumes == 4);
}

TEST_CASE_TEMPLATE("a push producer is paused and resumed while the connection closes", Wire,
                   CONTRACT_WIRES) {
    Pump pump;
    Wire wire;
    wire.open({});
    wire.transport().register_producer(pump, true);
    wire.peer_takes_nothing();
    std::string written = stuff(wire, 100'000);
    CHECK(pump.pauses > 0);
    pump.on_resume = [&] {
        wire.transport().write("rest");
        wire.transport().unregister_producer();
    };

    wire.transport().lose_connection();
    wire.settle();
    wire.peer_takes_all();

    CHECK(wire.until_lost());
    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == written + "rest");
}

TEST_CASE_TEMPLATE("lose_write_connection waits for the producer's last byte", Wire,
                   CONTRACT_WIRES) {
    Pump pump;
    Wire wire;
    wire.open({});
    wire.transport().register_producer(pump, true);

    wire.transport().lose_write_connection();
    wire.settle();
    CHECK_FALSE(wire.peer_saw_end());
    wire.transport().write("last");
    wire.transport().unregister_producer();

    CHECK(wire.until([&] { return wire.peer_saw_end(); }));
    CHECK(wire.peer_saw() == "last");
    CHECK(wire.journal.saw("write lost"));
    CHECK_FALSE(wire.journal.lost());
}

TEST_CASE_TEMPLATE("a producer that gives nothing more and stays is stopped at the deadline", Wire,
                   CONTRACT_WIRES) {
    for (const bool half : {true, false}) {
        Pump pump;
        Wire wire(End::accepted, short_ends());
        wire.open({});
        wire.transport().register_producer(pump, true);

        half ? wire.transport().lose_write_connection() : wire.transport().lose_connection();

        CHECK(wire.until_lost());
        CHECK(wire.journal.reason == Errc::timed_out);
        CHECK(pump.stops == 1);
    }
}

TEST_CASE_TEMPLATE("an abort does not wait for the producer", Wire, CONTRACT_WIRES) {
    Pump pump;
    Wire wire;
    wire.open({});
    wire.transport().register_producer(pump, true);
    wire.transport().lose_connection();
    wire.settle();

    wire.transport().abort_connection();
    wire.transport().write("dropped");

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == Errc::aborted);
    CHECK(pump.stops == 1);
}

TEST_CASE_TEMPLATE("a producer that is destroyed has unregistered", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    auto gone = std::make_unique<Pump>();
    wire.transport().register_producer(*gone, false);
    gone.reset();
    wire.settle();

    Pump next;
    wire.transport().register_producer(next, true);
    wire.transport().write(pattern(70'000));
    CHECK(next.pauses == 1);
    wire.transport().unregister_producer();
    CHECK(wire.until([&] { return wire.transport().queued() == 0; }));
    CHECK_FALSE(wire.journal.lost());
}

TEST_CASE_TEMPLATE("a close waits no longer when the producer is destroyed", Wire, CONTRACT_WIRES) {
    Wire wire;
    wire.open({});
    auto pump = std::make_unique<Pump>();
    wire.transport().register_producer(*pump, true);
    wire.transport().lose_connection();
    wire.settle();
    CHECK_FALSE(wire.journal.lost());

    pump.reset();

    CHECK(wire.until_lost());
    CHECK(wire.journal.reason == std::error_code());
}

TEST_CASE_TEMPLATE("a transport that reads no more is no producer any more", Wire, CONTRACT_WIRES) {
    for (const bool ours : {true, false}) {
        CAPTURE(ours);
        hawser::testing::MemoryTransport sink;
        sink.attach(std::make_unique<hawser::Protocol>());
        Wire wire;
        Script script;
        script.read_lost = [&](Transport&) {
            sink.write("last words");
            return true;
        };
        wire.open(script);
        sink.register_producer(wire.transport(), true);
        sink.lose_connection();
        CHECK_FALSE(sink.lost());

        ours ? wire.transport().lose_connection() : wire.peer_ends();

        CHECK(wire.until([&] { return sink.lost(); }));
        CHECK(sink.sent() == (ours ? "" : "last words"));
    }
}

TEST_CASE_TEMPLATE("two that are each other's producer both close", Wire, CONTRACT_WIRES) {
    Wire one;
    Wire two;
    one.open({});
    two.open({});
    one.transport().register_producer(two.transport(), true);
    two.transport().register_producer(one.transport(), true);

    one.transport().lose_connection();
    two.transport().lose_connection();

    CHECK(one.until([&] {
        two.settle(); // each has a loop of its own
        return one.journal.lost() && two.journal.lost();
    }));
    CHECK(one.journal.reason == std::error_code());
    CHECK(two.journal.reason == std::error_code());
}

TEST_CASE_TEMPLATE("marks that put the queue above them pause the producer at once", Wire,
                   CONTRACT_WIRES) {
    Pump pump;
    Wire wire;
    wire.open({});
    wire.peer_takes_nothing();
    wire.transport().register_producer(pump, true);
    wire.transport().write(pattern(2000));

    wire.transport().set_write_marks(1000, 100);
    CHECK(pump.pauses == 1);

    wire.peer_takes_all();
    CHECK(wire.until([&] { return pump.resumes == 1; }));
}

TEST_CASE_TEMPLATE("an exception from a producer is reported under its own class", Wire,
                   CONTRACT_WIRES) {
    const auto fail = [] { throw std::runtime_error("dry"); };
    for (const bool pausing : {true, false}) {
        const hawser::testing::LogCapture log;
        Pump pump;
        pump.on_pause = pump.on_resume = fail;
        Wire wire;
        wire.open({});
        wire.transport().register_producer(pump, pausing);
        if (pausing) {
            wire.transport().write(pattern(65537));
            CHECK_FALSE(wire.journal.lost());
        }

        CHECK(wire.until_lost());
        CHECK(wire.journal.reason == Errc::callback_threw);
        CHECK(log.count(pausing ? "Pump::pause_producing threw: dry"
                                : "Pump::resume_producing threw: dry") == 1);
        CHECK(wire.journal.clean());
    }
}

TEST_SUITE_END();
