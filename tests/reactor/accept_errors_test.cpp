// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"
#include "system_calls.h"

#include <hawser/testing/log_capture.h>

#include <sys/resource.h>

#include <cerrno>
#include <fcntl.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Listener;
using hawser::Reactor;
using hawser::testing::LogCapture;
using std::chrono::milliseconds;

namespace {

hawser::ReactorOptions pausing(milliseconds pause) {
    hawser::ReactorOptions options = no_signals();
    options.accept_pause = pause;
    return options;
}

/// An echo server, one client that it has, and those that knock.
struct Door {
    explicit Door(milliseconds pause) : reactor(pausing(pause)) {
        served.echo = true;
        REQUIRE(turn_until(reactor, [&] { return served.living == 1; }));
    }

    Story served;
    Reactor reactor;
    Listener listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    RawPeer inside = RawPeer::connect(listener.address());

    RawPeer knock() { return RawPeer::connect(listener.address()); }
    bool serves_those_inside() {
        const std::size_t expected = inside.seen().size() + 5;
        inside.send("hello");
        return turn_until(reactor, [&] {
            inside.pump();
            return inside.seen().size() == expected;
        });
    }
    bool turn_for(milliseconds time) {
        const auto end = reactor.call_later(time, [] {});
        return turn_until(reactor, [&] { return !end.active(); });
    }
};

/// No descriptor numbers from \p limit on, for as long as it lives.
class DescriptorLimit {
public:
    explicit DescriptorLimit(rlim_t limit) {
        getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit now{limit, before_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &now);
    }
    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;
    ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

} // namespace

TEST_SUITE_BEGIN("Reactor: accept errors");

TEST_CASE("while accept fails the listener pauses, others are served, then it goes on") {
    for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM, EPROTO}) {
        CAPTURE(error);
        const LogCapture log;
        Door door(milliseconds(10));
        RawPeer outside;
        {
            const FailingAccept failing(error);
            outside = door.knock();
            CHECK(door.turn_for(milliseconds(50)));

            // A hundred would be too many in three seconds of pauses of 100 ms: in fifty of 10 ms
            // it is a sixth of that.
            CHECK(system_calls.accept4 >= 1);
            CHECK(system_calls.accept4 < 17);
            CHECK(door.serves_those_inside());
        }

        CHECK(turn_until(door.reactor, [&] { return door.served.living == 2; }));
        CHECK(log.count("warning reactor: cannot accept on tcp:127.0.0.1:0: ") == 1);
    }
}

TEST_CASE("the report names the error, and how often it tries") {
    const LogCapture log;
    Door door(milliseconds(10));
    const FailingAccept failing(EMFILE);
    const RawPeer outside = door.knock();

    CHECK(door.turn_for(milliseconds(10)));

    CHECK(log.count("cannot accept on tcp:127.0.0.1:0: too many open files; "
                    "trying again every 10 ms") == 1);
}

TEST_CASE("a connection that was aborted before it was accepted is passed over at once") {
    Door door(patience * 10);
    const FailingAccept failing(ECONNABORTED, 3);
    const RawPeer outside = door.knock();

    CHECK(turn_until(door.reactor, [&] { return door.served.living == 2; }));

    CHECK(system_calls.accept4_failures == 0);
}

TEST_CASE("a listener that is dropped while it pauses does not come back") {
    const LogCapture log;
    Door door(milliseconds(0));
    const FailingAccept failing(ENOMEM);
    const RawPeer outside = door.knock();
    std::size_t so_far = 0;
    hawser::Timer timer;
    std::function<void()> look = [&] {
        if (system_calls.accept4 > 0) {
            so_far = system_calls.accept4;
            door.listener = Listener(); // when it is due to try again, in this same turn
        } else {
            timer = door.reactor.call_later(milliseconds(0), look);
        }
    };
    look();
    CHECK(turn_until(door.reactor, [&] { return so_far > 0; }));

    CHECK(door.turn_for(milliseconds(10)));

    CHECK(system_calls.accept4 == so_far);
    CHECK(door.served.saw("stop_factory"));
}

TEST_CASE("with 64 descriptors: those inside are served, later ones when others have gone") {
    constexpr int limit = 64;
    const LogCapture log;
    Door door(milliseconds(10));
    std::vector<Fd> fillers;
    while (fillers.empty() || fillers.back().get() < limit - 5) { // room for a few
        fillers.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    std::vector<RawPeer> outside;
    for (int i = 0; i < 20; ++i) {
        outside.push_back(door.knock()); // before the limit, which is for the server
    }
    {
        // The undefined sanitizer, when it first meets a class, looks at the object through a
        // pipe. So everybody meets before there are no descriptors left.
        const FailingAccept rehearsal(EMFILE);
        CHECK(door.turn_for(milliseconds(1)));
        CHECK(door.serves_those_inside());
    }
    {
        const DescriptorLimit few(limit);
        fillers.resize(fillers.size() - 4);
        system_calls = {};
        CHECK(door.turn_for(milliseconds(50)));

        const std::size_t accepted = door.served.living;
        CHECK(accepted > 1);
        CHECK(accepted < 21);
        CHECK(system_calls.accept4 < 17 + accepted);
        CHECK(door.serves_those_inside());

        fillers.clear();
        CHECK(turn_until(door.reactor, [&] { return door.served.living == 21; }));
    }
    CHECK(log.count("too many open files") >= 1);
}

TEST_SUITE_END();
