// SPDX-License-Identifier: MIT
#include "datagram_fixture.h"

#include <hawser/core/error.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;
namespace fs = std::filesystem;

namespace {

struct Place {
    TemporaryDirectory directory;
    std::string path = directory.socket_path();
    Reactor reactor{no_signals()};
    Datagrams story;

    Listener bind(const std::string& options = "") {
        return reactor.bind("unixgram:" + path + options, story.protocol());
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: Unix datagrams");

TEST_CASE("its file has the mode that was asked for, and goes with it") {
    Place place;
    struct stat file {};
    {
        const Listener listener = place.bind(":mode=640");
        REQUIRE(stat(place.path.c_str(), &file) == 0);
        CHECK((file.st_mode & 07777U) == 0640U);
        CHECK(listener.address() == Address::unix_path(place.path));
    }
    CHECK_FALSE(fs::exists(place.path));
}

TEST_CASE("a file that a dead server left is replaced, a living one or another file is not") {
    Place place;
    { const contract::RawDatagrams dead(Address::unix_path(place.path)); }
    REQUIRE(fs::exists(place.path));

    const Listener listener = place.bind();
    CHECK(error_of_bind(place.reactor, "unixgram:" + place.path) ==
          "cannot bind unixgram:" + place.path + ": address already in use");
    CHECK(fs::exists(place.path));

    const std::string other = place.directory.path() + "/precious";
    std::ofstream(other) << "precious";
    CHECK(error_of_bind(place.reactor, "unixgram:" + other)
              .starts_with("cannot bind unixgram:" + other +
                           ": the path is taken by a file that is no socket"));
    CHECK(fs::file_size(other) == 8);
}

TEST_CASE("an abstract name leaves no file, and one without a name can only send") {
    Place place;
    const std::string name = "hawser-test-" + std::to_string(::getpid());
    const Listener listener = place.reactor.bind("unixgram:@" + name, place.story.protocol());
    Datagrams nameless;
    const Listener sender = place.reactor.bind("unixgram:", nameless.protocol());

    nameless.transport->write("from nobody", listener.address());
    REQUIRE(turn_until(place.reactor, [&] { return place.story.datagrams.size() == 1; }));

    CHECK(place.story.senders.at(0) == Address::unix_path(""));
    CHECK_THROWS_AS(place.story.transport->write("answer", place.story.senders.at(0)),
                    hawser::Error);
    CHECK(sender.address() == Address::unix_path(""));
}

TEST_CASE("a path that nobody has is told from the loop") {
    Place place;
    const Listener listener = place.bind();

    place.story.transport->write("hello?", Address::unix_path(place.path + "-nobody"));
    CHECK(turn_until(place.reactor, [&] { return place.story.count("write failed") == 1; }));

    CHECK(place.story.errors.at(0) == std::errc::no_such_file_or_directory);
}

TEST_CASE("a reader that is slow costs nothing but datagrams, and they are counted") {
    Place place;
    const Listener listener = place.bind();
    contract::RawDatagrams slow(Address::unix_path(place.directory.path() + "/slow"));

    for (int i = 0; i < 10'000; ++i) {
        place.story.transport->write(std::string(1000, 'x'), slow.address());
    }
    turn_a_little(place.reactor);

    const std::uint64_t full = place.story.transport->dropped().full;
    CHECK(full > 0);
    CHECK(slow.seen().size() + full == 10'000);
    place.story.transport->write("next", slow.address());
    CHECK(turn_until(place.reactor, [&] { return slow.seen().back() == "next"; }));
}

TEST_CASE("a connected pair is adopted as connected, and its number is closed") {
    Place place;
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()) == 0);
    const contract::Fd other(ends[1]);

    const Listener listener = place.reactor.bind(Endpoint::fd(ends[0]), place.story.protocol());
    place.story.transport->write("hello");
    std::array<char, 16> buffer{};
    CHECK(turn_until(place.reactor, [&] {
        return recv(other.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) == 5;
    }));
    CHECK(send(other.get(), "you", 3, 0) == 3);
    CHECK(
        turn_until(place.reactor, [&] { return place.story.datagrams == contract::Texts{"you"}; }));

    const std::string where = "fd:" + std::to_string(ends[0]);
    CHECK(error_of_bind(place.reactor, where) == "cannot bind " + where + ": bad file descriptor");
}

TEST_CASE("a stream socket is not adopted, and stays open") {
    Place place;
    const contract::Fd stream(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const std::string where = "fd:" + std::to_string(stream.get());

    CHECK(error_of_bind(place.reactor, where)
              .starts_with("cannot bind " + where + ": it is no datagram socket: "));

    int type = 0;
    socklen_t size = sizeof(type);
    CHECK(getsockopt(stream.get(), SOL_SOCKET, SO_TYPE, &type, &size) == 0);
}

TEST_SUITE_END();
