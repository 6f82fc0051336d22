// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <optional>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Errc;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using hawser::Timer;
using std::chrono::milliseconds;

namespace {

/// Counted once libuv has what it opens for the whole process.
std::size_t descriptors_without_reactor() {
    { const Reactor first(no_signals()); }
    return open_descriptors();
}

} // namespace

TEST_SUITE_BEGIN("Reactor: destructor");

TEST_CASE("what is left is closed, told and counted in a warning") {
    const std::size_t before = descriptors_without_reactor();
    const hawser::testing::LogCapture log;
    Story served;
    Story client;
    {
        std::optional<Reactor> reactor(no_signals());
        Listener listener = reactor->listen("tcp:127.0.0.1:0", telling(served));
        const auto where = Endpoint::tcp("127.0.0.1", listener.address().port());
        Deferred<Protocol*> connecting = reactor->connect(where, telling(client));
        REQUIRE(turn_until(*reactor, [&] { return connecting.settled() && served.living == 1; }));
        served.transport->write("too late");

        reactor.reset();

        CHECK(served.reason == Errc::aborted);
        CHECK(client.reason == Errc::aborted);
        CHECK(served.living + client.living == 0);
        CHECK_FALSE(listener.listening());
        CHECK(listener.address().port() == where.port());
    }
    CHECK(served.events.back() == "gone");
    CHECK(client.events.back() == "gone");
    CHECK(log.count("warning reactor: destroyed with connections still open: 2, listeners: 1") ==
          1);
    CHECK(open_descriptors() == before);
}

TEST_CASE("one that leaves nothing says nothing") {
    const std::size_t before = descriptors_without_reactor();
    const hawser::testing::LogCapture log;
    {
        Story served;
        Reactor reactor(no_signals());
        { const Listener dropped = reactor.listen("tcp:127.0.0.1:0", telling(served)); }
        const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        const RawPeer peer = RawPeer::connect(listener.address());
        REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));
        const auto stop = reactor.call_later(milliseconds(0), [&] { reactor.stop(); });
        CHECK(runs(reactor));
    }
    CHECK(log.count("warning") == 0);
    CHECK(open_descriptors() == before);
}

TEST_CASE("a Listener that was dropped just before is not one still open") {
    const hawser::testing::LogCapture log;
    Story served;
    {
        Reactor reactor(no_signals());
        const Listener dropped = reactor.listen("tcp:127.0.0.1:0", telling(served));
    }
    CHECK(log.lines().empty());
    CHECK(served.events == std::vector<std::string>{"start_factory", "stop_factory", "gone"});
}

TEST_CASE("a connection that has ended, and only listens to the peer's last bytes, is not left") {
    const hawser::testing::LogCapture log;
    Story served;
    {
        Reactor reactor(no_signals());
        const Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        served.during = [&](std::string_view event) {
            if (event == "connection_made") {
                served.transport->lose_connection(Errc::protocol_error);
            }
        };
        RawPeer peer = RawPeer::connect(listener.address());
        peer.send("in the middle of");
        peer.pump();
        REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));
        turn_a_little(reactor);
        CHECK_FALSE(served.saw("connection_lost"));
    }
    CHECK(served.reason == Errc::protocol_error);
    CHECK(log.count("warning") == 0);
}

TEST_CASE("handles that outlive the reactor do nothing any more") {
    const hawser::testing::LogCapture log;
    Story served;
    Story client;
    Timer timer;
    Listener listener;
    Deferred<Protocol*> connecting;
    Deferred<Protocol*> kept;
    {
        Reactor reactor(no_signals());
        timer = reactor.call_later(milliseconds(1), [] { FAIL_CHECK("ran after all"); });
        listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        const auto where = Endpoint::tcp("127.0.0.1", listener.address().port());
        connecting = reactor.connect(where, telling(client));
        kept = reactor.connect("tcp:localhost:1", telling(client));
    }

    CHECK_FALSE(timer.active());
    timer.reset(milliseconds(1));
    timer.cancel();
    CHECK_FALSE(listener.listening());
    listener.stop_listening();
    CHECK(failure_of(std::move(kept)).ends_with(": canceled"));
    connecting.cancel();
    CHECK(failure_of(std::move(connecting)).ends_with(": canceled"));
}

TEST_CASE("nothing new begins in it") {
    const hawser::testing::LogCapture log;
    Story client;
    Timer timer;
    Listener listener;
    Endpoint where = "tcp:127.0.0.1:0";
    {
        Reactor reactor(no_signals());
        listener = reactor.listen(where, telling(client));
        where = Endpoint::tcp("127.0.0.1", listener.address().port());
        client.during = [&](std::string_view event) {
            if (event == "connection_lost") {
                timer = reactor.call_later(milliseconds(0), [] {});
                reactor.call_from_thread([] { FAIL_CHECK("ran after all"); });
                CHECK_THROWS_AS((void)reactor.connect(where, telling(client)), hawser::Error);
                CHECK_THROWS_AS((void)reactor.listen(where, telling(client)), hawser::Error);
                CHECK_THROWS_AS(reactor.attach_stdio(nullptr), hawser::Error);
            }
        };
        const RawPeer peer = RawPeer::connect(listener.address());
        REQUIRE(turn_until(reactor, [&] { return client.living == 1; }));
    }
    CHECK(client.count("connection_lost") == 1);
    CHECK_FALSE(timer.active());
}

TEST_CASE("a factory is told that its attempt was dropped, even just before") {
    Story client;
    {
        Reactor reactor(no_signals());
        const auto dropped = reactor.connect("tcp:127.0.0.1:1", telling(client));
    }
    CHECK(client.events == std::vector<std::string>{"start_factory", "stop_factory", "gone"});
}

TEST_CASE("what an attempt's callback drops, another attempt, is safe there too") {
    Story client;
    std::vector<Deferred<Protocol*>> attempts;
    int failures = 0;
    {
        Reactor reactor(no_signals());
        for (int i = 0; i < 3; ++i) {
            attempts.push_back(reactor.connect("tcp:127.0.0.1:1", telling(client))
                                   .recover([&](const std::exception_ptr&) -> Protocol* {
                                       ++failures;
                                       attempts.clear();
                                       return nullptr;
                                   }));
        }
    }
    CHECK(failures == 1);
    CHECK(client.count("stop_factory") == 3);
    CHECK(client.count("gone") == 3);
}

TEST_SUITE_END();
