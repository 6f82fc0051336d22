// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;
namespace fs = std::filesystem;

namespace {

/// A path in a directory of its own, and a server that might listen there.
struct Place {
    TemporaryDirectory directory;
    std::string path = directory.socket_path();
    Reactor reactor{no_signals()};
    Story served;

    Listener listen(const std::string& options = "") {
        return reactor.listen("unix:" + path + options, telling(served));
    }
    std::string error_of_listen() {
        try {
            (void)listen();
            return "";
        } catch (const hawser::Error& error) {
            return error.what();
        }
    }
    /// Somebody who connects there meets this server.
    bool serves() {
        served.events.clear();
        RawPeer peer = RawPeer::connect(Address::unix_path(path));
        const bool made = turn_until(reactor, [&] { return served.saw("connection_made"); });
        peer.end();
        return made && turn_until(reactor, [&] {
                   peer.pump();
                   return served.saw("connection_lost");
               });
    }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: Unix sockets");

TEST_CASE("it listens on a path, with the mode that was asked for") {
    Place place;
    struct stat file {};
    {
        const Listener listener = place.listen(":mode=640");
        REQUIRE(stat(place.path.c_str(), &file) == 0);
        CHECK((file.st_mode & 07777U) == 0640U);
        CHECK(listener.address() == Address::unix_path(place.path));
        CHECK(place.serves());
    }
    const Listener listener = place.listen();
    REQUIRE(stat(place.path.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777U) == 0666U);
}

TEST_CASE("its file is removed when it stops, when it is dropped and when the reactor ends") {
    Place place;
    Listener listener = place.listen();
    listener.stop_listening();
    CHECK_FALSE(fs::exists(place.path));

    listener = place.listen();
    CHECK(fs::exists(place.path));
    listener = Listener();
    CHECK_FALSE(fs::exists(place.path));

    listener = place.listen();
    const auto stop =
        place.reactor.call_later(std::chrono::milliseconds(0), [&] { place.reactor.stop(); });
    CHECK(runs(place.reactor));
    CHECK_FALSE(fs::exists(place.path));
}

TEST_CASE("a file that a dead server left behind is replaced") {
    Place place;
    { const RawListener dead(Address::unix_path(place.path)); }
    REQUIRE(fs::exists(place.path));

    const Listener listener = place.listen();

    CHECK(place.serves());
}

TEST_CASE("a living server is not replaced, even when it is too busy to accept") {
    Place place;
    RawListener living(Address::unix_path(place.path)); // with room for two
    const std::string taken = "cannot listen on unix:" + place.path + ": address already in use";

    CHECK(place.error_of_listen() == taken);
    CHECK(living.accept().open()); // the question itself counts as one
    const RawPeer first = RawPeer::connect(living.address());
    const RawPeer second = RawPeer::connect(living.address());
    CHECK(place.error_of_listen() == taken);

    CHECK(living.accept().open());
}

TEST_CASE("a file that is no socket is not touched, and the error says what is in the way") {
    Place place;
    std::ofstream(place.path) << "precious";
    const std::string taken =
        "cannot listen on unix:" + place.path + ": the path is taken by a file that is no socket";

    CHECK(place.error_of_listen().starts_with(taken));

    std::ifstream file(place.path);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "precious");
    fs::remove(place.path);
    fs::create_directory(place.path);
    CHECK(place.error_of_listen().starts_with(taken));
    CHECK(fs::is_directory(place.path));
}

TEST_CASE("a directory that is not there is the system's error") {
    Place place;
    place.path = place.directory.path() + "/missing/socket";

    CHECK(place.error_of_listen() ==
          "cannot listen on unix:" + place.path + ": no such file or directory");
}

TEST_CASE("a file is left alone when another server has taken its path meanwhile") {
    Place place;
    Listener listener = place.listen();
    fs::remove(place.path);
    RawListener other(Address::unix_path(place.path));

    listener = Listener();

    CHECK(fs::exists(place.path));
    const RawPeer peer = RawPeer::connect(other.address());
    CHECK(other.accept().open());
}

TEST_CASE("an abstract name leaves no file, and is free again at once") {
    Reactor reactor(no_signals());
    const std::string name = "hawser-test-" + std::to_string(::getpid());
    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        Story served;
        Story client;
        const Listener listener = reactor.listen("unix:@" + name, telling(served));
        CHECK(listener.address() == Address::unix_abstract(name));
        CHECK_THROWS_AS((void)reactor.listen("unix:@" + name, telling(served)), hawser::Error);

        const auto connecting = reactor.connect("unix:@" + name, telling(client));
        REQUIRE(turn_until(reactor, [&] { return client.living == 1 && served.living == 1; }));

        CHECK(client.transport->peer() == listener.address());
        CHECK(served.transport->peer() == Address::unix_path({})); // unnamed
        client.transport->lose_connection();
        CHECK(turn_until(reactor, [&] { return served.saw("connection_lost"); }));
    }
}

TEST_CASE("the longest path works, a longer one is an error before anything is done") {
    Place place;
    const auto path_of = [&](std::size_t size) {
        return place.directory.path() + "/" +
               std::string(size - place.directory.path().size() - 1, 's');
    };
    place.path = path_of(107);
    const Listener listener = place.listen();
    CHECK(fs::exists(place.path));
    CHECK(listener.address().path() == place.path);

    place.path = path_of(108);
    CHECK_THROWS_AS((void)place.listen(), hawser::Error);
}

TEST_SUITE_END();
