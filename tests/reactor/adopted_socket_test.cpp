// SPDX-License-Identifier: MIT
#include "reactor_fixture.h"

#include <hawser/core/error.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Endpoint;
using hawser::Listener;
using hawser::Reactor;

namespace {

/// A socket as another program would have left it to us: its number is all there is.
int left_to_us(int family, int type) {
    const int fd = ::socket(family, type, 0);
    REQUIRE(fd >= 0);
    return fd;
}

int listening_on_loopback() {
    const int fd = left_to_us(AF_INET, SOCK_STREAM);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)) == 0);
    REQUIRE(::listen(fd, 5) == 0);
    return fd;
}

bool is_open(int fd) {
    return fcntl(fd, F_GETFD) != -1;
}

std::string error_of_listen(Reactor& reactor, int fd) {
    Story story;
    try {
        (void)reactor.listen(Endpoint::fd(fd), telling(story));
        return "";
    } catch (const hawser::Error& error) {
        return error.what();
    }
}

std::string error_of_connect(Reactor& reactor, int fd) {
    Story story;
    auto connecting = reactor.connect(Endpoint::fd(fd), telling(story));
    CHECK(turn_until(reactor, [&] { return connecting.settled(); }));
    return failure_of(std::move(connecting));
}

} // namespace

TEST_SUITE_BEGIN("Reactor: adopted sockets");

TEST_CASE("a listening socket is taken over, and its number is closed") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    const int fd = listening_on_loopback();
    const std::string number = std::to_string(fd);

    const Listener listener = reactor.listen("fd:" + number, telling(served));

    CHECK_FALSE(is_open(fd));
    CHECK(error_of_listen(reactor, fd) ==
          "cannot listen on fd:" + number + ": bad file descriptor");
    auto connecting =
        reactor.connect(Endpoint::tcp("127.0.0.1", listener.address().port()), telling(client));
    CHECK(turn_until(reactor, [&] { return served.living == 1 && connecting.settled(); }));
    CHECK(failure_of(std::move(connecting)) == "");
    client.transport->abort_connection();
    CHECK(turn_until(reactor, [&] { return client.saw("gone"); }));
}

TEST_CASE("a connected socket is taken over, of whatever family") {
    Reactor reactor(no_signals());
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    Story one;
    Story other;
    one.echo = true;
    auto first = reactor.connect(Endpoint::fd(ends[0]), telling(one));
    auto second =
        reactor.connect("fd:" + std::to_string(ends[1]) + ":sndbuf=32768", telling(other));
    CHECK(turn_until(reactor, [&] { return first.settled() && second.settled(); }));
    CHECK(failure_of(std::move(first)) == "");
    CHECK(failure_of(std::move(second)) == "");

    CHECK_FALSE(is_open(ends[1])); // the number of the first may be in use again
    other.transport->write("hello");
    CHECK(turn_until(reactor, [&] { return other.data == "hello"; }));
    other.transport->lose_connection();
    CHECK(turn_until(reactor, [&] { return one.saw("gone") && other.saw("gone"); }));
    CHECK(one.reason == std::error_code());
}

TEST_CASE("what is no listening stream socket is refused, and left as it is") {
    Reactor reactor(no_signals());
    const Fd datagrams(left_to_us(AF_INET, SOCK_DGRAM));
    const Fd idle(left_to_us(AF_INET, SOCK_STREAM));
    const Fd file(::open("/dev/null", O_RDONLY));
    const auto refusal = [&](const Fd& fd) {
        const std::string text = error_of_listen(reactor, fd.get());
        const std::string begin = "cannot listen on fd:" + std::to_string(fd.get()) + ": ";
        CHECK(text.starts_with(begin));
        CHECK(is_open(fd.get()));
        return text.substr(begin.size());
    };

    CHECK(refusal(datagrams) == "it is a datagram socket: protocol wrong type for socket");
    CHECK(refusal(idle) == "it does not listen: protocol wrong type for socket");
    CHECK(refusal(file) == "socket operation on non-socket");
}

TEST_CASE("what is no connected stream socket cannot be connected to") {
    Reactor reactor(no_signals());
    const Fd datagrams(left_to_us(AF_UNIX, SOCK_DGRAM));
    const Fd idle(left_to_us(AF_INET, SOCK_STREAM));
    const Fd listening(listening_on_loopback());
    const auto refusal = [&](const Fd& fd) {
        const std::string text = error_of_connect(reactor, fd.get());
        const std::string begin = "cannot connect to fd:" + std::to_string(fd.get()) + ": ";
        CHECK(text.starts_with(begin));
        CHECK(is_open(fd.get()));
        return text.substr(begin.size());
    };

    CHECK(refusal(datagrams) == "it is a datagram socket: protocol wrong type for socket");
    CHECK(refusal(idle) == "it is not connected: protocol wrong type for socket");
    CHECK(refusal(listening) == "it listens: protocol wrong type for socket");
}

TEST_CASE("the kinds that carry no connections are refused") {
    Reactor reactor(no_signals());
    Story story;
    for (const std::string kind : {"udp:127.0.0.1:0", "unixgram:@name"}) {
        CAPTURE(kind);
        CHECK_THROWS_WITH(
            (void)reactor.listen(kind, telling(story)),
            ("cannot listen on " + kind + ": not with this kind of endpoint").c_str());
        auto connecting = reactor.connect(kind, telling(story));
        CHECK(turn_until(reactor, [&] { return connecting.settled(); }));
        CHECK(failure_of(std::move(connecting)) ==
              "cannot connect to " + kind + ": not with this kind of endpoint");
    }
}

TEST_SUITE_END();
