// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/reactor/drain.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::DrainReport;
using hawser::Errc;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

/// Stays until its peer has said goodbye.
class Polite final : public hawser::Protocol {
    void data_received(hawser::Bytes) override { transport().lose_connection(); }
    bool stop_requested() override {
        transport().write("goodbye?");
        return true;
    }
};

/// Turns \p reactor until the drain is done.
bool drained(Reactor& reactor, hawser::Deferred<DrainReport> draining, DrainReport& report) {
    bool done = false;
    const auto noting = std::move(draining).then([&](DrainReport result) {
        report = result;
        done = true;
    });
    return turn_until(reactor, [&] { return done; });
}

} // namespace

TEST_SUITE_BEGIN("Reactor: in a loop of the program's own");

TEST_CASE("turns are counted, each once") {
    Reactor reactor(no_signals());
    CHECK(reactor.turns() == 0);
    for (std::uint64_t turns = 1; turns <= 3; ++turns) {
        reactor.run_once();
        CHECK(reactor.turns() == turns);
    }
    const auto stop = reactor.call_later(milliseconds(1), [&] { reactor.stop(); });
    reactor.run();
    CHECK(reactor.turns() > 4); // one slept, one made the call
}

TEST_CASE("start_running, then run_once until it says no, is run") {
    Reactor reactor(no_signals());
    Story served;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        bool called = false;
        reactor.when_running([&] {
            called = true;
            reactor.stop();
            CHECK_FALSE(reactor.running());
        });

        reactor.start_running();
        CHECK(reactor.running());
        while (reactor.run_once(Reactor::Wait::yes)) {
        }

        CHECK(called);
        CHECK_FALSE(listener.listening());
        CHECK(served.count("connection_lost") == served.count("connection_made"));
        CHECK(reactor.run_once()); // a reactor as before
    }
    peer.pump();
    CHECK(peer.saw_end());
}

TEST_CASE("drain: without run(), everything ends in good order and is counted") {
    Reactor reactor(no_signals());
    Story served;
    const std::string much(8'000'000, 'x');
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write(much);
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    RawPeer stalled = RawPeer::connect(listener.address());
    CHECK(turn_until(reactor, [&] { return served.count("connection_made") == 2; }));

    auto draining = drain(reactor, patience);
    CHECK_THROWS_AS(static_cast<void>(reactor.listen("tcp:127.0.0.1:0", telling(served))),
                    hawser::Error);
    CHECK(turn_until(reactor, [&] {
        peer.pump();
        return served.saw("connection_lost");
    }));
    const auto hastened = drain(reactor, milliseconds(0));
    DrainReport report;
    CHECK(drained(reactor, std::move(draining), report));

    CHECK(report.closed == 1);
    CHECK(report.reset == 1);
    CHECK(hastened.settled());
    peer.pump();
    CHECK((peer.seen() == much));
    CHECK(served.count("stop_factory") == 1);
    const auto again = reactor.listen("tcp:127.0.0.1:0", telling(served)); // as before
}

TEST_CASE("drain: of nothing is done soon, and a running reactor runs on") {
    Reactor reactor(no_signals());
    bool told = false;
    hawser::Deferred<> draining;
    reactor.when_running([&] {
        draining = drain(reactor, milliseconds(0)).then([&](DrainReport report) {
            CHECK(report.closed + report.reset == 0);
            CHECK(reactor.running());
            told = true;
            reactor.stop();
        });
    });

    CHECK(runs(reactor));

    CHECK(told);
}

TEST_CASE("a protocol is told that the reactor stops, and may finish what it does") {
    Reactor reactor(no_signals());
    const auto listener = reactor.listen("tcp:127.0.0.1:0", hawser::factory_for<Polite>());
    RawPeer polite = RawPeer::connect(listener.address());
    RawPeer silent = RawPeer::connect(listener.address());
    turn_a_little(reactor);

    auto draining = drain(reactor, patience);
    bool answered = false;
    CHECK(turn_until(reactor, [&] {
        polite.pump();
        if (polite.seen() == "goodbye?" && !answered) {
            answered = true;
            polite.send("goodbye!");
        }
        return polite.saw_end();
    }));
    const auto hastened = drain(reactor, milliseconds(0));
    DrainReport report;
    CHECK(drained(reactor, std::move(draining), report));

    CHECK(report.closed == 1);
    CHECK(report.reset == 1);
    polite.pump();
    CHECK(polite.saw_end());
    silent.pump();
    CHECK(silent.seen() == "goodbye?");
    CHECK(silent.saw_reset());
}

TEST_CASE("a drain that nobody waits for goes on, and ends with the reactor at the latest") {
    Story served;
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write(std::string(8'000'000, 'x'));
        }
    };
    std::error_code failure;
    hawser::Deferred<DrainReport> draining;
    {
        Reactor reactor(no_signals());
        const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        const RawPeer stalled = RawPeer::connect(listener.address());
        CHECK(turn_until(reactor, [&] { return served.saw("connection_made"); }));
        static_cast<void>(drain(reactor, patience));
        CHECK(turn_until(reactor, [&] { return !listener.listening(); }));
        draining = drain(reactor, patience).recover([&](const std::exception_ptr& error) {
            failure = hawser::code_of(error);
            return DrainReport{};
        });
    }
    CHECK(failure == Errc::canceled);
}

TEST_CASE("run_once: what was written in answer to what was written has left too") {
    Reactor reactor(no_signals());
    Story served;
    int rounds = 0;
    const auto again = [&] {
        served.transport->write("again;");
        served.transport->pause_producing();
        served.transport->resume_producing();
    };
    served.during = [&](std::string_view event) {
        if (event == "read_resumed" && ++rounds < 10) {
            again();
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    CHECK(turn_until(reactor, [&] { return served.saw("connection_made"); }));
    const auto begin = reactor.call_later(std::chrono::nanoseconds::zero(), again);

    while (rounds < 10) {
        reactor.run_once();
        CHECK(served.transport->queued() == 0);
    }

    peer.pump();
    CHECK(peer.seen().size() == 10 * std::string("again;").size());
}

TEST_SUITE_END();
