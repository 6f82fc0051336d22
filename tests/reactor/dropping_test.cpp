// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/testing/log_capture.h>

#include <array>
#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using hawser::Timer;

namespace {

constexpr std::array callbacks{"build_protocol",        "connection_made", "data_received",
                               "read_connection_lost",  "read_resumed",    "write_paused",
                               "write_connection_lost", "write_resumed",   "connection_lost"};

/// An exception ends a connection while its peer still sends: not what is tested here.
hawser::ReactorOptions not_lingering() {
    hawser::ReactorOptions options = no_signals();
    options.linger_time = std::chrono::milliseconds(1);
    return options;
}

/// A server with one connection that meets every callback there is.
class FullLife {
public:
    Reactor reactor{not_lingering()};
    Story served;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawListener black_hole{hawser::Address::ipv4({127, 0, 0, 1}, 0)}; // with room for two
    RawPeer first = RawPeer::connect(black_hole.address());
    RawPeer second = RawPeer::connect(black_hole.address());

    /// Calls \p act inside \p callback; true when the connection met its end.
    bool live(std::string_view callback, const std::function<void()>& act) {
        served.stays = true;
        served.during = [this, callback, act](std::string_view event) {
            if (event == callback) {
                act();
            }
            next_step(event);
        };
        RawPeer peer = RawPeer::connect(listener.address());
        peer.send("hello");
        return turn_until(reactor, [&] {
            peer.pump();
            if (peer.seen().size() >= written && served.saw("write_resumed")) {
                peer.end();
            }
            return served.saw("connection_lost") && served.living == 0;
        });
    }

private:
    static constexpr std::size_t written = 8'000'000;

    void next_step(std::string_view event) {
        if (event == "data_received") {
            served.transport->pause_producing();
            served.transport->resume_producing();
            served.transport->write(std::string(written, 'x'));
        } else if (event == "read_connection_lost") {
            served.transport->lose_write_connection();
        } else if (event == "write_connection_lost") {
            served.transport->lose_connection();
        }
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: dropping a handle inside any callback");

TEST_CASE("a Listener") {
    for (const std::string_view callback : callbacks) {
        CAPTURE(callback);
        FullLife life;

        CHECK(life.live(callback, [&] { life.listener = Listener(); }));

        CHECK(life.served.saw(callback));
        turn_a_little(life.reactor);
        CHECK(life.served.saw("stop_factory"));
        CHECK(life.served.events.back() == "gone");
    }
}

TEST_CASE("a Timer that is due, one that is not, and one that is made there") {
    for (const std::string_view callback : callbacks) {
        CAPTURE(callback);
        FullLife life;
        Timer far = life.reactor.call_later(patience * 10, [] {});
        Timer due;

        CHECK(life.live(callback, [&] {
            far = Timer();
            due = life.reactor.call_later(std::chrono::nanoseconds::zero(),
                                          [] { FAIL_CHECK("ran after all"); });
            due = Timer();
        }));

        CHECK(life.served.saw(callback));
    }
}

TEST_CASE("an attempt to connect, under way or just begun") {
    for (const std::string_view callback : callbacks) {
        CAPTURE(callback);
        FullLife life;
        Story client;
        const auto nowhere = Endpoint::tcp("127.0.0.1", life.black_hole.address().port());
        const auto here = Endpoint::tcp("127.0.0.1", life.listener.address().port());
        Deferred<Protocol*> under_way = life.reactor.connect(nowhere, telling(client));
        Deferred<Protocol*> begun;

        CHECK(life.live(callback, [&] {
            under_way = {};
            begun = life.reactor.connect(here, telling(client));
            begun = {};
        }));

        CHECK(life.served.saw(callback));
        turn_a_little(life.reactor);
        CHECK(client.count("gone") == 2);
        CHECK_FALSE(client.saw("build_protocol"));
    }
}

TEST_CASE("all of them, and an exception on top") {
    const hawser::testing::LogCapture log;
    std::size_t reports = 0;
    for (const std::string_view callback : callbacks) {
        if (callback == "build_protocol") {
            continue; // there is no connection then
        }
        CAPTURE(callback);
        FullLife life;
        Story client;
        Timer timer = life.reactor.call_later(patience * 10, [] {});
        Deferred<Protocol*> connecting = life.reactor.connect(
            Endpoint::tcp("127.0.0.1", life.black_hole.address().port()), telling(client));

        CHECK(life.live(callback, [&] {
            life.listener = Listener();
            timer = Timer();
            connecting = {};
            throw std::runtime_error("tripped");
        }));

        turn_a_little(life.reactor);
        CHECK(client.saw("gone"));
        CHECK(log.count("threw: tripped") == ++reports);
    }
}

TEST_SUITE_END();
