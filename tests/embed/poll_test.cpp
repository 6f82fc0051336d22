// SPDX-License-Identifier: MIT
#include "asker.h"

#include <hawser/core/sleep.h>
#include <hawser/reactor/signal.h>
#include <hawser/reactor/system_event.h>

#include <csignal>
#include <utility>

using namespace embed_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Errc;
using hawser::Reactor;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds at_once = milliseconds::zero();

/// What a program's own loop does: it sleeps as long as it may, then gives the reactor its turn.
/// False when a sleep was longer than any here should be, or the reactor has stopped.
bool sleep_and_turn(Reactor& reactor) {
    const auto wait = reactor.timeout();
    const auto longest = std::chrono::duration_cast<milliseconds>(patience);
    pollfd news{reactor.descriptor(), POLLIN, 0};
    const int ready =
        ::poll(&news, 1, static_cast<int>(std::min(wait.value_or(longest), longest).count()));
    return (ready > 0 || wait) && reactor.run_once();
}

template <class Done>
[[nodiscard]] bool polled_until(Reactor& reactor, Done done) {
    while (!done()) {
        if (!sleep_and_turn(reactor)) {
            return false;
        }
    }
    return true;
}

/// Turns until there is nothing left to do.
void settle(Reactor& reactor) {
    while (reactor.timeout() == at_once) {
        reactor.run_once();
    }
}

} // namespace

TEST_SUITE_BEGIN("Reactor: in a poll loop");

TEST_CASE("descriptor and timeout are enough to serve by, and to sleep meanwhile") {
    Reactor reactor(no_signals());
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    Asker asker(listener.address(), std::string(1'000'000, 'x'));

    CHECK(polled_until(reactor, [&] { return served.saw("connection_lost"); }));

    CHECK(asker.answer().size() == 1'000'000);
    settle(reactor);
    CHECK_FALSE(reactor.timeout()); // nothing but the listener: as long as it likes
}

TEST_CASE("what is asked for outside a turn allows no sleep, until the next") {
    Reactor reactor(no_signals());
    Story served;
    settle(reactor);
    CHECK_FALSE(reactor.timeout());

    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    CHECK(reactor.timeout() == at_once);
    settle(reactor);
    CHECK_FALSE(reactor.timeout());

    RawPeer peer = RawPeer::connect(listener.address());
    CHECK(polled_until(reactor, [&] { return served.transport != nullptr; }));
    settle(reactor);
    served.transport->write("hello");
    CHECK(reactor.timeout() == at_once);
    settle(reactor);
    peer.pump();
    CHECK(peer.seen() == "hello");

    const auto later = reactor.call_later(std::chrono::hours(1), [] {});
    CHECK(reactor.timeout() > std::chrono::minutes(59));
    CHECK(reactor.timeout() <= std::chrono::hours(1));
}

TEST_CASE("an hour's timer that is brought forward is made in its new time") {
    Reactor reactor(no_signals());
    settle(reactor);
    bool called = false;
    auto timer = reactor.call_later(std::chrono::hours(1), [&] { called = true; });
    CHECK(reactor.timeout() > milliseconds(1));
    timer.reset(milliseconds(1));
    CHECK(polled_until(reactor, [&] { return called; }));
}

TEST_CASE("what a sleep that goes on cannot know of is told, once") {
    Reactor reactor(no_signals());
    Story served;
    int told = 0;
    settle(reactor);
    reactor.when_armed([&] { ++told; });
    const auto tells = [&](auto&& ask) {
        settle(reactor);
        const int before = told;
        ask();
        ask();
        return told - before;
    };

    hawser::Listener listener;
    CHECK(tells([&] { listener = reactor.listen("tcp:127.0.0.1:0", telling(served)); }) == 1);
    RawPeer peer = RawPeer::connect(listener.address());
    CHECK(polled_until(reactor, [&] { return served.transport != nullptr; }));
    CHECK(tells([&] { served.transport->write("hello"); }) == 1);
    hawser::Timer timer;
    CHECK(tells([&] { timer = reactor.call_later(std::chrono::hours(2), [] {}); }) == 1);
    CHECK(tells([&] { timer.reset(std::chrono::hours(1)); }) == 1);
    CHECK(tells([&] { timer.reset(std::chrono::hours(3)); }) == 0); // that sleep is short enough
    hawser::Trigger trigger;
    CHECK(tells([&] { trigger = on_signal(reactor, SIGUSR1, [] {}); }) == 1);
    CHECK(tells([&] { listener = hawser::Listener(); }) == 1);
    hawser::Listener port =
        reactor.bind("udp:127.0.0.1:0", std::make_unique<hawser::DatagramProtocol>());
    CHECK(tells([&] { port = hawser::Listener(); }) == 1);
    hawser::Promise<> saved;
    const hawser::Trigger save = add_system_event_trigger(
        reactor, hawser::SystemEvent::before_shutdown, [&] { return saved.deferred(); });
    reactor.start_running();
    CHECK(tells([&] {
              if (!reactor.stopped()) {
                  reactor.stop();
              }
          }) == 1);
    bool is_saved = false;
    CHECK(tells([&] {
              if (!std::exchange(is_saved, true)) {
                  saved.resolve(); // the stop goes on
              }
          }) == 1);

    reactor.when_armed(nullptr);
    const auto untold = reactor.call_later(at_once, [] {});
}

TEST_CASE("what callbacks ask for is not told: timeout() is asked after them") {
    Reactor reactor(no_signals());
    int told = 0;
    hawser::Timer again;
    const auto timer = reactor.call_later(
        at_once, [&] { again = reactor.call_later(at_once, [&] { again = hawser::Timer(); }); });
    settle(reactor);
    reactor.when_armed([&] { ++told; });
    CHECK(polled_until(reactor, [&] { return !again.active(); }));
    CHECK(told == 0);
}

TEST_CASE("a thread's call makes the descriptor readable") {
    Reactor reactor(no_signals());
    settle(reactor);
    CHECK_FALSE(reactor.timeout());
    bool called = false;
    std::thread thread([&] { reactor.call_from_thread([&] { called = true; }); });
    CHECK(polled_until(reactor, [&] { return called; }));
    thread.join();
}

TEST_CASE("a turn inside a turn is refused, and the outer one goes on") {
    Reactor reactor(no_signals());
    std::vector<std::error_code> codes;
    const auto refused = [&](auto&& turn) {
        try {
            turn();
            codes.emplace_back();
        } catch (const hawser::Error& error) {
            codes.push_back(error.code());
        }
    };
    CHECK_FALSE(reactor.turning());
    const auto timer = reactor.call_later(at_once, [&] {
        CHECK(reactor.turning());
        refused([&] { reactor.run_once(); });
        refused([&] { reactor.run_once(Reactor::Wait::yes); });
        refused([&] { reactor.run(); });
    });
    settle(reactor);
    CHECK(codes == std::vector<std::error_code>(3, Errc::already_running));
    CHECK_FALSE(reactor.turning());
}

TEST_CASE("a stop comes to its end in a loop that sleeps between its steps") {
    Reactor reactor(no_signals());
    Story served;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const RawPeer peer = RawPeer::connect(listener.address());
    reactor.start_running();
    CHECK(polled_until(reactor, [&] { return served.transport != nullptr; }));
    settle(reactor);

    reactor.stop();
    CHECK_FALSE(polled_until(reactor, [] { return false; })); // run_once() says when

    CHECK(served.saw("connection_lost"));
    CHECK_FALSE(listener.listening());
    CHECK(reactor.stopped());
}

TEST_CASE("idle: there is nothing to turn for") {
    Reactor reactor(no_signals());
    settle(reactor);
    CHECK(reactor.idle());
    {
        Story served;
        const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        settle(reactor);
        CHECK_FALSE(reactor.idle());
    }
    CHECK(polled_until(reactor, [&] { return reactor.idle(); }));
    {
        const auto timer = reactor.call_later(std::chrono::hours(1), [] {});
        CHECK_FALSE(reactor.idle());
    }
    CHECK(reactor.idle());
    reactor.call_from_thread([] {});
    CHECK_FALSE(reactor.idle());
    CHECK(polled_until(reactor, [&] { return reactor.idle(); }));
    const auto work = reactor.defer_to_thread([] {});
    CHECK_FALSE(reactor.idle());
    CHECK(polled_until(reactor, [&] { return reactor.idle(); }));
}

TEST_CASE("news costs few turns, and no news none") {
    Reactor reactor(no_signals());
    Story served;
    served.echo = true;
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer peer = RawPeer::connect(listener.address());
    CHECK(polled_until(reactor, [&] { return served.transport != nullptr; }));
    settle(reactor);
    for (std::size_t round = 1; round <= 10; ++round) {
        const auto before = reactor.turns();
        peer.send("x");
        peer.pump();
        CHECK(polled_until(reactor, [&] { return served.data.size() == round; }));
        settle(reactor);
        CHECK(reactor.turns() - before <= 2);
    }
}

TEST_SUITE_END();
