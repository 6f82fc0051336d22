// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/protocols/line_receiver.h>

#include <random>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Listener;
using hawser::Reactor;

namespace {

struct Minutes {
    std::vector<std::string> lines;
    std::vector<std::error_code> ends;
};

class Speaker final : public hawser::LineReceiver {
public:
    explicit Speaker(Minutes& minutes) : minutes_(minutes) {}

private:
    void line_received(std::string_view line) override {
        minutes_.lines.emplace_back(line);
        send_line("heard");
    }
    void connection_lost(std::error_code reason) override { minutes_.ends.push_back(reason); }

    Minutes& minutes_;
};

/// A line server, one good client and one that is not.
struct Meeting {
    Minutes minutes;
    Reactor reactor{no_signals()};
    Listener listener =
        reactor.listen("tcp:127.0.0.1:0", hawser::factory_for<Speaker>(std::ref(minutes)));
    RawPeer good = RawPeer::connect(listener.address());
    RawPeer bad = RawPeer::connect(listener.address());

    bool ends() {
        return turn_until(reactor, [&] {
            bad.pump();
            if (bad.saw_end()) {
                bad.end();
            }
            return !minutes.ends.empty();
        });
    }
    ~Meeting() {
        // Whatever the bad one did, the good one is heard.
        good.send("I am still here\r\n");
        CHECK(turn_until(reactor, [&] {
            good.pump();
            return good.seen() == "heard\r\n";
        }));
        CHECK(minutes.lines.back() == "I am still here");
        CHECK(minutes.ends.size() == 1);
        good.end();
        (void)turn_until(reactor, [&] {
            good.pump();
            return minutes.ends.size() == 2;
        });
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: bad peers");

TEST_CASE("one that sends garbage harms nobody") {
    std::mt19937 random(4711);
    std::string garbage;
    for (int i = 0; i < 100'000; ++i) {
        garbage += static_cast<char>(random());
    }
    Meeting meeting;
    meeting.bad.send(garbage);
    meeting.bad.end();

    CHECK(meeting.ends());
}

TEST_CASE("one that sends a line of a megabyte is cut, and told nothing else") {
    Meeting meeting;
    meeting.bad.send(std::string(1'000'000, 'x'));

    CHECK(meeting.ends());

    CHECK(meeting.minutes.ends[0] == hawser::Errc::line_too_long);
    CHECK(meeting.bad.seen().empty());
}

TEST_CASE("one that vanishes in the middle of a line harms nobody") {
    Meeting meeting;
    meeting.bad.send("half a li");
    meeting.bad.pump();
    turn_a_little(meeting.reactor);
    meeting.bad.vanish();

    CHECK(meeting.ends());

    CHECK(meeting.minutes.ends[0] == std::errc::connection_reset);
    CHECK(meeting.minutes.lines.empty());
}

TEST_CASE("one that vanishes with answers on their way harms nobody") {
    Meeting meeting;
    std::string lines;
    for (int i = 0; i < 10'000; ++i) {
        lines += "line\r\n";
    }
    meeting.bad.take(false);
    meeting.bad.send(lines);
    meeting.bad.pump();
    turn_a_little(meeting.reactor);
    meeting.bad.vanish();

    CHECK(meeting.ends());
}

TEST_SUITE_END();
