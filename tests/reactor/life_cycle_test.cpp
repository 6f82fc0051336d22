// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Errc;
using hawser::Reactor;
using std::chrono::nanoseconds;

namespace {

hawser::Errc code_of_stop(Reactor& reactor) {
    try {
        reactor.stop();
        return {};
    } catch (const hawser::Error& error) {
        return static_cast<Errc>(error.code().value());
    }
}

} // namespace

TEST_SUITE_BEGIN("Reactor: life cycle");

TEST_CASE("it runs until it is stopped, and then again") {
    Reactor reactor(no_signals());
    for (int round = 0; round < 3; ++round) {
        CAPTURE(round);
        bool called = false;
        const auto stop = reactor.call_later(nanoseconds::zero(), [&] {
            called = true;
            CHECK(reactor.running());
            reactor.stop();
            CHECK_FALSE(reactor.running());
        });

        CHECK_FALSE(reactor.running());
        CHECK(runs(reactor));

        CHECK(called);
        CHECK_FALSE(reactor.running());
    }
}

TEST_CASE("after a stop it listens, connects and serves as before") {
    Reactor reactor(no_signals());
    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        Story served;
        served.echo = true;
        Story client;
        client.during = [&](std::string_view event) {
            if (event == "connection_made") {
                client.transport->write("hello");
            } else if (event == "data_received" && client.data == "hello") {
                reactor.stop();
            }
        };
        const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        const auto connecting = reactor.connect(
            hawser::Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));

        CHECK(runs(reactor));

        CHECK(client.data == "hello");
        CHECK(served.saw("connection_lost"));
        CHECK(client.saw("connection_lost"));
        CHECK(served.saw("stop_factory"));
        CHECK_FALSE(listener.listening());
    }
}

TEST_CASE("to stop what does not run is an error, and so is stopping twice") {
    Reactor reactor(no_signals());
    CHECK(reactor.stopped());
    CHECK(code_of_stop(reactor) == Errc::not_running);

    Errc second{};
    const auto stop = reactor.call_later(nanoseconds::zero(), [&] {
        CHECK_FALSE(reactor.stopped());
        reactor.stop();
        CHECK(reactor.stopped());
        second = code_of_stop(reactor);
    });
    CHECK(runs(reactor));

    CHECK(second == Errc::not_running);
    CHECK(reactor.stopped());
    CHECK(code_of_stop(reactor) == Errc::not_running);
}

TEST_CASE("when_running: in order as run() begins, and only then") {
    Reactor reactor(no_signals());
    std::string order;
    reactor.when_running([&] { order += 'a'; });
    reactor.when_running([&] {
        CHECK(reactor.running());
        order += 'b';
    });

    turn_a_little(reactor);
    CHECK(order.empty());
    reactor.when_running([&] { reactor.stop(); });
    CHECK(runs(reactor));
    CHECK(order == "ab");

    reactor.when_running([&] { reactor.stop(); });
    CHECK(runs(reactor));
    CHECK(order == "ab"); // once, not at each run()
}

TEST_CASE("when_running in a running reactor: from a later turn") {
    Reactor reactor(no_signals());
    bool inside = false;
    bool later = false;
    reactor.when_running([&] {
        inside = true;
        reactor.when_running([&] {
            later = true;
            CHECK_FALSE(inside);
            reactor.stop();
        });
        inside = false;
    });

    CHECK(runs(reactor));

    CHECK(later);
}

TEST_CASE("several reactors in one process do not disturb each other") {
    Reactor servers(no_signals());
    Reactor clients(no_signals());
    Story served;
    served.echo = true;
    Story client;
    client.during = [&](std::string_view event) {
        if (event == "connection_made") {
            client.transport->write("across");
        }
    };
    const auto listener = servers.listen("tcp:127.0.0.1:0", telling(served));
    const auto connecting = clients.connect(
        hawser::Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));

    CHECK(turn_until(servers, [&] {
        clients.run_once();
        return client.data == "across";
    }));

    client.transport->lose_connection();
    CHECK(turn_until(clients, [&] {
        servers.run_once();
        return served.saw("connection_lost") && client.saw("connection_lost");
    }));
}

TEST_CASE("options that cannot be meant are refused, and waits for ever are long") {
    hawser::ReactorOptions options;
    options.drain_timeout = std::chrono::milliseconds(-1);
    CHECK_THROWS_AS(hawser::Reactor{options}, hawser::Error);
    options.drain_timeout = std::chrono::milliseconds::max();
    options.limits.write_low_mark = options.limits.write_high_mark + 1;
    CHECK_THROWS_AS(hawser::Reactor{options}, hawser::Error);
    options.limits.write_low_mark = 0;
    hawser::Reactor reactor(options);
    reactor.when_running([&] { reactor.stop(); });
    reactor.run();
    CHECK_FALSE(reactor.running());
}

TEST_CASE("run_once without waiting does what is due, and what was written has left") {
    Reactor reactor(no_signals());
    Story served;
    served.during = [&](std::string_view event) {
        if (event == "connection_made") {
            served.transport->write("welcome");
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    bool called = false;
    const auto timer = reactor.call_later(nanoseconds::zero(), [&] {
        called = true;
        CHECK_FALSE(reactor.running());
    });

    reactor.run_once(Reactor::Wait::no);

    peer.pump();
    CHECK(peer.seen() == "welcome");
    CHECK(called);
}

TEST_CASE("run_once with waiting returns as soon as it has called something") {
    Reactor reactor(no_signals());
    const auto far = reactor.call_later(patience, [] {});
    int called = 0;
    for (int round = 1; round <= 2; ++round) {
        CAPTURE(round);
        const auto due = reactor.call_later(nanoseconds::zero(), [&] { ++called; });

        reactor.run_once(Reactor::Wait::yes);

        CHECK(called == round);
        CHECK(far.active());
    }
}

TEST_SUITE_END();
