// SPDX-License-Identifier: MIT
#include "gate.h"

#include <hawser/reactor/threaded.h>
#include <hawser/testing/log_capture.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::BlockingStream;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

// A reactor that serves with a handler, on a port of its own.
struct Served {
    explicit Served(hawser::ThreadedHandler handler, hawser::ThreadedOptions options = {})
        : factory(threaded(reactor, std::move(handler), std::move(options))),
          listener(reactor.listen("tcp:127.0.0.1:0", factory)) {}

    [[nodiscard]] RawPeer connect() const { return RawPeer::connect(listener.address()); }

    Reactor reactor{no_signals()};
    std::shared_ptr<hawser::ThreadedFactory> factory;
    hawser::Listener listener;
};

void answer_lines(BlockingStream& stream) {
    while (const auto line = stream.read_line()) {
        stream.write("<" + *line + ">\n");
    }
}

} // namespace

TEST_SUITE_BEGIN("threaded");

TEST_CASE("several connections are served at once, each in its own order") {
    Served served(answer_lines);
    std::vector<RawPeer> peers;
    for (int i = 0; i < 5; ++i) {
        peers.push_back(served.connect());
        peers.back().send(std::to_string(i) + "\r\nagain " + std::to_string(i) + "\n");
        peers.back().end();
    }

    const auto all_ended = [&] {
        return std::all_of(peers.begin(), peers.end(), [](RawPeer& peer) {
            peer.pump();
            return peer.saw_end();
        });
    };
    CHECK(turn_until(served.reactor, all_ended));

    for (std::size_t i = 0; i < peers.size(); ++i) {
        const std::string number = std::to_string(i);
        CHECK(peers[i].seen() == "<" + number + ">\n<again " + number + ">\n");
    }
}

TEST_CASE("an exception aborts its own connection, with a report, and no other") {
    const hawser::testing::LogCapture log;
    Served served([](BlockingStream& stream) {
        if (stream.read_line() == "trip") {
            throw std::runtime_error("tripped");
        }
        answer_lines(stream);
    });
    RawPeer good = served.connect();
    RawPeer bad = served.connect();
    good.send("hello\n");
    bad.send("trip\n");

    CHECK(turn_until(served.reactor, [&] {
        bad.pump();
        return bad.saw_reset();
    }));
    good.send("still there?\n");
    CHECK(turn_until(served.reactor, [&] {
        good.pump();
        return good.seen() == "<still there?>\n";
    }));

    CHECK(log.count("error threaded: a handler threw: tripped") == 1);
}

TEST_CASE("above the bound a peer is told so and closed, until a thread is free again") {
    hawser::ThreadedOptions options;
    options.threads = 2;
    options.refusal = "too many\n";
    Served served(answer_lines, options);
    RawPeer first = served.connect();
    RawPeer second = served.connect();
    CHECK(turn_until(served.reactor, [&] { return served.factory->serving() == 2; }));

    RawPeer third = served.connect();
    CHECK(turn_until(served.reactor, [&] {
        third.pump();
        return third.saw_end();
    }));
    CHECK(third.seen() == "too many\n");
    CHECK(served.factory->refused() == 1);
    CHECK(served.factory->serving() == 2);

    first.end();
    CHECK(turn_until(served.reactor, [&] {
        first.pump();
        return first.saw_end();
    }));
    RawPeer fourth = served.connect();
    fourth.send("hello\n");
    CHECK(turn_until(served.reactor, [&] {
        fourth.pump();
        return fourth.seen() == "<hello>\n";
    }));
    CHECK(served.factory->refused() == 1);
}

TEST_CASE("without a message a peer above the bound is closed") {
    hawser::ThreadedOptions options;
    options.threads = 1;
    Served served(answer_lines, options);
    const RawPeer first = served.connect();
    CHECK(turn_until(served.reactor, [&] { return served.factory->serving() == 1; }));

    RawPeer second = served.connect();

    CHECK(turn_until(served.reactor, [&] {
        second.pump();
        return second.saw_end() || second.saw_reset();
    }));
    CHECK(served.factory->refused() == 1);
}

TEST_CASE("handlers that wait see the end when the reactor stops") {
    std::atomic<int> ended = 0;
    std::error_code written;
    Served served([&](BlockingStream& stream) {
        const auto line = stream.read_line();
        ended += line ? 0 : 1;
        try {
            stream.write("too late");
        } catch (const hawser::Error& error) {
            written = error.code();
        }
    });
    const RawPeer peer = served.connect();
    served.reactor.when_running(
        [&] { served.reactor.call_from_thread([&] { served.reactor.stop(); }); });
    CHECK(turn_until(served.reactor, [&] { return served.factory->serving() == 1; }));

    CHECK(runs(served.reactor));

    CHECK(turn_until(served.reactor, [&] { return served.factory->serving() == 0; }));
    CHECK(ended == 1);
    CHECK(written);
}

TEST_CASE("the reactor's destructor ends handlers that wait, and joins their threads") {
    std::atomic<int> ended = 0;
    std::atomic<int> begun = 0;
    std::error_code code;
    std::vector<RawPeer> peers;
    {
        const hawser::testing::LogCapture log;
        Reactor reactor(no_signals());
        const auto listener =
            reactor.listen("tcp:127.0.0.1:0", threaded(reactor, [&](BlockingStream& stream) {
                               ++begun;
                               try {
                                   stream.set_timeout({});
                                   stream.read_line();
                               } catch (const hawser::Error& error) {
                                   code = error.code();
                               }
                               ++ended;
                           }));
        peers.push_back(RawPeer::connect(listener.address()));
        REQUIRE(turn_until(reactor, [&] { return begun == 1; }));
    }
    CHECK(ended == 1);
    CHECK(code == hawser::Errc::aborted);
}

TEST_CASE("a handler that is busy when its connection and its factory go ends by itself") {
    Gate gate;
    std::atomic<bool> ended = false;
    Reactor reactor(no_signals());
    {
        const OpenAtEnd open(gate);
        Gate begun;
        auto listener = reactor.listen("tcp:127.0.0.1:0", threaded(reactor, [&](BlockingStream&) {
                                           begun.open();
                                           gate.wait();
                                           ended = true;
                                       }));
        RawPeer peer = RawPeer::connect(listener.address());
        REQUIRE(turn_until(reactor, [&] { return begun.opened(); }));
        peer.vanish();
        listener.stop_listening();
        turn_a_little(reactor);
    }

    CHECK(turn_until(reactor, [&] { return ended.load(); }));
}

TEST_SUITE_END();
