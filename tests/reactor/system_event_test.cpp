// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/reactor/system_event.h>
#include <hawser/testing/log_capture.h>

#include <array>
#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::add_system_event_trigger;
using hawser::Deferred;
using hawser::Promise;
using hawser::Reactor;
using hawser::SystemEvent;
using hawser::Trigger;
using std::chrono::milliseconds;

namespace {

constexpr std::array every_event{SystemEvent::before_startup,  SystemEvent::during_startup,
                                 SystemEvent::after_startup,   SystemEvent::before_shutdown,
                                 SystemEvent::during_shutdown, SystemEvent::after_shutdown};

hawser::ReactorOptions impatient() {
    hawser::ReactorOptions options = no_signals();
    options.drain_timeout = milliseconds(5);
    return options;
}

} // namespace

TEST_SUITE_BEGIN("Reactor: system events");

TEST_CASE("triggers come in their order at each start and stop, however they were added") {
    Reactor reactor(no_signals());
    std::vector<std::string> events;
    std::vector<Trigger> triggers;
    for (auto event = every_event.rbegin(); event != every_event.rend(); ++event) {
        triggers.push_back(add_system_event_trigger(reactor, *event, [&, event = *event] {
            events.push_back(std::string(to_string(event)) +
                             (reactor.running() ? ", running" : ""));
        }));
    }
    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        events.clear();
        reactor.when_running([&] { events.emplace_back("when_running 1"); });
        reactor.when_running([&] {
            events.emplace_back("when_running 2");
            reactor.stop();
        });

        CHECK(runs(reactor));

        CHECK(events == std::vector<std::string>{"before_startup", "during_startup, running",
                                                 "after_startup, running", "when_running 1",
                                                 "when_running 2", "before_shutdown, running",
                                                 "during_shutdown", "after_shutdown"});
    }
}

TEST_CASE("a trigger that throws is reported, and the others are called") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    int called = 0;
    std::vector<Trigger> triggers;
    for (const SystemEvent event : every_event) {
        triggers.push_back(add_system_event_trigger(
            reactor, event, [] { throw std::runtime_error("out of cheese"); }));
        triggers.push_back(add_system_event_trigger(reactor, event, [&] { ++called; }));
    }
    reactor.when_running([&] { reactor.stop(); });

    CHECK(runs(reactor));

    CHECK(called == 6);
    CHECK(log.count("a before_startup trigger threw: out of cheese") == 1);
    CHECK(log.count("a before_shutdown trigger threw: out of cheese") == 1);
    CHECK(log.count("trigger threw") == 6);
}

TEST_CASE("a trigger may remove itself, and one that is still to come") {
    Reactor reactor(no_signals());
    std::string called;
    Trigger first;
    Trigger second;
    const auto add = [&](auto call) {
        return add_system_event_trigger(reactor, SystemEvent::before_shutdown, call);
    };
    first = add([&] {
        called += '1';
        first = Trigger();
        second = Trigger();
    });
    second = add([&] { called += '2'; });
    const Trigger third = add([&] { called += '3'; });
    for (int round = 0; round < 2; ++round) {
        reactor.when_running([&] { reactor.stop(); });
        CHECK(runs(reactor));
    }

    CHECK(called == "133");
}

TEST_CASE("what a trigger has begun goes with it, and is waited for no longer") {
    Reactor reactor(no_signals());
    Promise<> goodbye;
    bool canceled = false;
    goodbye.on_cancel([&] { canceled = true; });
    hawser::Timer timer;
    Trigger trigger = add_system_event_trigger(reactor, SystemEvent::before_shutdown, [&] {
        timer = reactor.call_later(milliseconds(0), [&] { trigger = Trigger(); });
        return goodbye.deferred();
    });
    reactor.when_running([&] { reactor.stop(); });

    CHECK(runs(reactor));

    CHECK(canceled);
}

TEST_CASE("before_shutdown waits for what its triggers return, and all is still there") {
    Reactor reactor(no_signals());
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    Promise<> slow;
    const Trigger ready = add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                                   [] { return Deferred<>::succeed(); });
    const Trigger waits = add_system_event_trigger(reactor, SystemEvent::before_shutdown, [&] {
        peer.send("still there?");
        peer.pump();
        return slow.deferred();
    });
    served.during = [&](std::string_view event) {
        if (event == "data_received") {
            CHECK(reactor.running());
            CHECK(listener.listening());
            CHECK(reactor.stopped());
            CHECK_THROWS_AS(reactor.stop(), hawser::Error);
            slow.resolve();
        }
    };
    reactor.when_running([&] { reactor.stop(); });

    CHECK(runs(reactor));

    peer.pump();
    CHECK(peer.seen() == "still there?");
}

TEST_CASE("a before_shutdown trigger that fails is reported and holds up nothing") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    const Trigger fails = add_system_event_trigger(reactor, SystemEvent::before_shutdown, [] {
        return Deferred<>::fail(hawser::Errc::timed_out, "cannot say goodbye");
    });
    reactor.when_running([&] { reactor.stop(); });

    CHECK(runs(reactor));

    CHECK(log.count("a before_shutdown trigger failed: cannot say goodbye: timed out") == 1);
}

TEST_CASE("what before_shutdown triggers have not done in drain_timeout is dropped") {
    const hawser::testing::LogCapture log;
    Reactor reactor(impatient());
    Promise<> never;
    Promise<> late;
    bool told = false;
    never.on_cancel([&] {
        told = true;
        late.resolve(); // from inside the drop
    });
    const Trigger first = add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                                   [&] { return never.deferred(); });
    const Trigger second = add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                                    [&] { return late.deferred(); });
    reactor.when_running([&] { reactor.stop(); });

    CHECK(runs(reactor));

    CHECK(told);
    CHECK(log.count("stopping without what before_shutdown triggers had still to do: 2") == 1);
}

TEST_CASE("triggers and reactor may go in any order") {
    Trigger trigger;
    Promise<> never;
    {
        Reactor reactor(no_signals());
        trigger = add_system_event_trigger(reactor, SystemEvent::before_shutdown,
                                           [&] { return never.deferred(); });
        CHECK(trigger.active());
        reactor.start_running();
        reactor.stop();
        turn_a_little(reactor);
        CHECK(reactor.running()); // it waits
    }
    CHECK_FALSE(trigger.active());
    CHECK_FALSE(never.wanted());
}

TEST_SUITE_END();
