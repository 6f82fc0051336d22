// SPDX-License-Identifier: MIT
#include "gate.h"

#include <hawser/core/broadcast.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor_group.h>
#include <hawser/reactor/system_event.h>

#include <poll.h>

#include <array>
#include <atomic>
#include <map>
#include <thread>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Reactor;
using hawser::ReactorGroup;

namespace {

/// Says which reactor it is on; a line goes to `tell`.
class Guest final : public hawser::LineReceiver {
public:
    using Tell = std::function<void(std::string_view)>;
    Guest(std::size_t index, std::thread::id thread, Tell tell)
        : index_(index), thread_(thread), tell_(std::move(tell)) {}

private:
    void connection_made() override {
        send_line(std::this_thread::get_id() == thread_ ? std::to_string(index_) : "elsewhere");
    }
    void line_received(std::string_view line) override { tell_(line); }
    bool stop_requested() override {
        send_line("goodbye");
        return false;
    }

    std::size_t index_;
    std::thread::id thread_;
    Tell tell_;
};

ReactorGroup::FactoryMaker guests(const Guest::Tell& tell = [](std::string_view) {}) {
    return [tell](Reactor&, std::size_t index) {
        return hawser::factory_for<Guest>(index, std::this_thread::get_id(), tell);
    };
}

/// Waits until \p peer has seen \p count lines.
[[nodiscard]] bool sees_lines(RawPeer& peer, std::ptrdiff_t count) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::count(peer.seen().begin(), peer.seen().end(), '\n') < count) {
        if (std::chrono::steady_clock::now() > deadline || !peer.open() || peer.saw_end()) {
            return false;
        }
        pollfd ready{peer.fd(), POLLIN, 0};
        ::poll(&ready, 1, 1000);
        peer.pump();
    }
    return true;
}

/// Waits until \p peer has seen the end of its connection, orderly or not.
[[nodiscard]] bool sees_its_end(RawPeer& peer) {
    pollfd ready{peer.fd(), POLLIN, 0};
    while (!peer.saw_end() && !peer.saw_reset() && ::poll(&ready, 1, 10'000) > 0) {
        peer.pump();
    }
    return peer.saw_end() || peer.saw_reset();
}

/// How many of \p count peers each reactor has; they stay in \p peers.
std::map<std::string, std::size_t> shares(std::vector<RawPeer>& peers, const Address& address,
                                          std::size_t count) {
    std::map<std::string, std::size_t> found;
    for (std::size_t i = 0; i < count; ++i) {
        peers.push_back(RawPeer::connect(address));
        REQUIRE(sees_lines(peers.back(), 1));
        ++found[peers.back().seen()];
    }
    return found;
}

} // namespace

TEST_SUITE_BEGIN("ReactorGroup");

TEST_CASE("each reactor serves connections, with a factory and on a thread of its own") {
    ReactorGroup group(2);
    REQUIRE(group.size() == 2);
    const Address address = group.listen("tcp:127.0.0.1:0", guests());

    std::vector<RawPeer> peers;
    const auto found = shares(peers, address, 64); // by a hash: none has all, in all likelihood

    CHECK(found.size() == 2);
    CHECK(found.count("0\r\n") == 1);
    CHECK(found.count("1\r\n") == 1);
}

TEST_CASE("the first hands connections out in turn") {
    const TemporaryDirectory directory;
    for (const std::string& endpoint :
         {std::string("tcp:127.0.0.1:0"), "unix:" + directory.socket_path()}) {
        CAPTURE(endpoint);
        ReactorGroup group(3);
        const Address address = group.listen(endpoint, guests(), ReactorGroup::Accept::first);

        std::vector<RawPeer> peers;
        const auto found = shares(peers, address, 9);

        CHECK(found ==
              std::map<std::string, std::size_t>{{"0\r\n", 3}, {"1\r\n", 3}, {"2\r\n", 3}});
    }
}

TEST_CASE("a Unix socket, which cannot be shared, is handed out too") {
    const TemporaryDirectory directory;
    ReactorGroup group(2);
    const Address address = group.listen("unix:" + directory.socket_path(), guests());

    std::vector<RawPeer> peers;

    CHECK(shares(peers, address, 4) ==
          std::map<std::string, std::size_t>{{"0\r\n", 2}, {"1\r\n", 2}});
}

TEST_CASE("a room over all reactors: what one says all hear, in one order") {
    constexpr std::size_t guests_each = 2;
    std::array<std::vector<hawser::ConnectionRef>, 2> room; // each of one thread alone
    ReactorGroup group(room.size());
    class Member final : public hawser::LineReceiver {
    public:
        Member(ReactorGroup& all, std::array<std::vector<hawser::ConnectionRef>, 2>& hall,
               std::size_t index)
            : group_(all), room_(hall), index_(index) {}

    private:
        void connection_made() override {
            room_[index_].push_back(transport().ref());
            send_line("welcome");
        }
        void line_received(std::string_view line) override {
            const hawser::SharedBytes said(std::string(line) + "\r\n");
            group_.post_to_all([said, room = &room_](Reactor&, std::size_t index) {
                hawser::broadcast(said, (*room)[index]);
            });
        }

        ReactorGroup& group_;
        std::array<std::vector<hawser::ConnectionRef>, 2>& room_;
        std::size_t index_;
    };
    const Address address = group.listen(
        "tcp:127.0.0.1:0",
        [&](Reactor&, std::size_t index) {
            return hawser::factory_for<Member>(std::ref(group), std::ref(room), index);
        },
        ReactorGroup::Accept::first);
    std::vector<RawPeer> peers;
    for (std::size_t i = 0; i < guests_each * room.size(); ++i) {
        peers.push_back(RawPeer::connect(address));
        REQUIRE(sees_lines(peers.back(), 1));
    }

    peers[1].send("one\r\ntwo\r\n");
    peers[1].pump();

    for (RawPeer& peer : peers) {
        CHECK(sees_lines(peer, 3));
        CHECK(peer.seen() == "welcome\r\none\r\ntwo\r\n");
    }
}

TEST_CASE("its end is a good one for all connections of all reactors") {
    std::vector<RawPeer> peers;
    {
        ReactorGroup group(2);
        const Address address =
            group.listen("tcp:127.0.0.1:0", guests(), ReactorGroup::Accept::first);
        (void)shares(peers, address, 4);
    }

    for (RawPeer& peer : peers) {
        CHECK(sees_lines(peer, 2));
        CHECK(peer.seen().ends_with("goodbye\r\n"));
    }
}

TEST_CASE("posts go to the reactor that is meant, also while the group ends") {
    std::atomic<std::size_t> called = 0;
    {
        ReactorGroup group(2);
        const auto first = group.call(0, [](Reactor&) { return std::this_thread::get_id(); });
        const auto second = group.call(1, [](Reactor&) { return std::this_thread::get_id(); });
        CHECK(first != second);
        Gate done;
        group.post(1, [&](Reactor& reactor) {
            CHECK(std::this_thread::get_id() == second);
            reactor.when_running([&] { done.open(); });
        });
        CHECK(done.wait());
        // A call that posts on and on, to a neighbor that may have gone.
        struct Again {
            ReactorGroup& group;
            std::atomic<std::size_t>& called;
            void operator()(Reactor&, std::size_t index) const {
                ++called;
                group.post(1 - index,
                           [*this, index](Reactor& reactor) { (*this)(reactor, 1 - index); });
            }
        };
        group.post_to_all(Again{group, called});
    }
    CHECK(called > 0);
}

TEST_CASE("nobody listens once the group has been stopped") {
    ReactorGroup group(2);
    group.stop();

    CHECK_THROWS_WITH_AS((void)group.listen("tcp:127.0.0.1:0", guests()),
                         "cannot listen on tcp:127.0.0.1:0: not running", hawser::Error);
}

TEST_CASE("a reactor that was stopped by itself drops what is handed to it") {
    ReactorGroup group(2);
    const Address address = group.listen("tcp:127.0.0.1:0", guests(), ReactorGroup::Accept::first);
    Gate stopped;
    hawser::Trigger trigger; // of the second's thread alone
    group.call(1, [&](Reactor& reactor) {
        trigger = add_system_event_trigger(reactor, hawser::SystemEvent::after_shutdown,
                                           [&] { stopped.open(); });
        reactor.stop();
    });
    REQUIRE(stopped.wait());
    group.call(1, [&](Reactor&) { trigger = hawser::Trigger(); });

    for (const bool served : {true, false, true, false}) {
        RawPeer peer = RawPeer::connect(address);
        CHECK(sees_lines(peer, 1) == served);
        CHECK(peer.saw_end() == !served);
    }
}

TEST_CASE("who is handed out while the group ends sees the end, and nobody crashes") {
    for (int round = 0; round < 20; ++round) {
        std::vector<RawPeer> peers;
        {
            ReactorGroup group(2);
            const Address address =
                group.listen("tcp:127.0.0.1:0", guests(), ReactorGroup::Accept::first);
            for (int i = 0; i < 20; ++i) {
                peers.push_back(RawPeer::connect(address));
            }
        }
        for (RawPeer& peer : peers) {
            CHECK(sees_its_end(peer));
        }
    }
}

TEST_CASE("nobody listens when one cannot") {
    ReactorGroup group(2);
    const Address taken = group.listen("tcp:127.0.0.1:0", guests());
    const std::string endpoint = "tcp:" + to_string(taken);

    CHECK_THROWS_WITH_AS((void)group.listen(hawser::Endpoint::parse(endpoint), guests()),
                         ("cannot listen on " + endpoint + ": address already in use").c_str(),
                         hawser::Error);
    CHECK_THROWS_WITH_AS(
        (void)group.listen(
            "tcp:127.0.0.1:0",
            [&](Reactor& reactor, std::size_t index) -> std::shared_ptr<hawser::Factory> {
                if (index == 0) {
                    throw std::runtime_error("no factory today");
                }
                return guests()(reactor, index);
            }),
        "no factory today", std::runtime_error);

    std::vector<RawPeer> peers;
    const auto found = shares(peers, group.listen("tcp:127.0.0.1:0", guests()), 64);
    CHECK(found.size() == 2); // and the next is as if nothing had been
}

TEST_SUITE_END();
