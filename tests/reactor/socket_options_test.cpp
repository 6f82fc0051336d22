// SPDX-License-Identifier: MIT
#include "datagram_fixture.h"
#include "reactor_fixture.h"

#include <hawser/core/error.h>
#include <hawser/core/socket_options.h>
#include <hawser/testing/memory_transport.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Deferred;
using hawser::Endpoint;
using hawser::Error;
using hawser::Listener;
using hawser::Protocol;
using hawser::Reactor;
using hawser::SocketOptions;
using hawser::Transport;
using namespace std::chrono_literals;

namespace {

int ask(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    CHECK(getsockopt(fd, level, name, &value, &size) == 0);
    return value;
}

int ask(const Transport& transport, int level, int name) {
    return ask(transport.descriptor(), level, name);
}

/// Both ends of one connection.
struct Pair {
    Reactor reactor{no_signals()};
    Story served;
    Story client;
    Listener listener;

    void connect(const Endpoint& at, const std::string& keys) {
        listener = reactor.listen(at, telling(served));
        const Address where = listener.address();
        const std::string to = where.is_unix() ? "unix:" + std::string(where.path())
                                               : "tcp:127.0.0.1:" + std::to_string(where.port());
        auto connecting = reactor.connect(to + keys, telling(client));
        CHECK(turn_until(reactor, [&] { return served.living == 1 && connecting.settled(); }));
        CHECK(failure_of(std::move(connecting)) == "");
    }
    ~Pair() {
        if (client.transport != nullptr) {
            client.transport->abort_connection();
        }
        turn_a_little(reactor);
    }
};

void check_typed(const Transport& transport) {
    CHECK(ask(transport, IPPROTO_TCP, TCP_NODELAY) == 0);
    CHECK(ask(transport, SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(ask(transport, IPPROTO_TCP, TCP_KEEPIDLE) == 60);
    CHECK(ask(transport, IPPROTO_TCP, TCP_KEEPINTVL) == 10);
    CHECK(ask(transport, IPPROTO_TCP, TCP_KEEPCNT) == 5);
    CHECK(ask(transport, IPPROTO_TCP, TCP_USER_TIMEOUT) == 30'000);
    CHECK(ask(transport, SOL_SOCKET, SO_RCVBUF) == 2 * 65536);
    CHECK(ask(transport, SOL_SOCKET, SO_SNDBUF) == 2 * 32768);
    CHECK(ask(transport, IPPROTO_IP, IP_TOS) == 16);
}

const std::string typed = ":nodelay=no:keepalive=60:keepinterval=10:keepcount=5:usertimeout=30:"
                          "rcvbuf=65536:sndbuf=32768:tos=16";

std::string refusal(Transport& transport, const SocketOptions& options) {
    try {
        transport.set_options(options);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

} // namespace

TEST_SUITE_BEGIN("Reactor: socket options");

TEST_CASE("those of an endpoint hold for what connects to it, and for all that it accepts") {
    for (const std::string host : {"tcp:127.0.0.1:0", "tcp:0"}) {
        CAPTURE(host);
        Pair pair;
        pair.connect(host + typed, typed);

        check_typed(*pair.served.transport);
        check_typed(*pair.client.transport);
    }
}

TEST_CASE("a Unix socket's connections have its buffers") {
    TemporaryDirectory directory;
    Pair pair;
    pair.connect("unix:" + directory.path() + "/socket:sndbuf=32768", ":sndbuf=16384");

    CHECK(ask(*pair.served.transport, SOL_SOCKET, SO_SNDBUF) == 2 * 32768);
    CHECK(ask(*pair.client.transport, SOL_SOCKET, SO_SNDBUF) == 2 * 16384);
}

TEST_CASE("a datagram socket has those of its endpoint") {
    Reactor reactor(no_signals());
    Datagrams story;
    const Listener port =
        reactor.bind("udp:127.0.0.1:0:rcvbuf=65536:tos=16:reuseport=yes", story.protocol());
    const Endpoint same = Endpoint::udp("127.0.0.1", port.address().port());
    SocketOptions shared;
    shared.reuse_port = true;
    Datagrams other;
    const Listener second = reactor.bind(same.with(shared), other.protocol());

    CHECK(second.address() == port.address());
    CHECK(ask(story.transport->descriptor(), SOL_SOCKET, SO_RCVBUF) == 2 * 65536);
    CHECK(ask(story.transport->descriptor(), IPPROTO_IP, IP_TOS) == 16);
}

TEST_CASE("fast open is asked for when connecting") {
    Pair pair;
    pair.connect("tcp:127.0.0.1:0:fastopen=16", ":fastopen=1");

    CHECK(ask(*pair.client.transport, IPPROTO_TCP, TCP_FASTOPEN_CONNECT) == 1);
}

TEST_CASE("small writes do not wait unless they are asked to") {
    Pair pair;
    pair.connect("tcp:127.0.0.1:0", "");

    CHECK(ask(*pair.served.transport, IPPROTO_TCP, TCP_NODELAY) != 0);
    CHECK(ask(*pair.client.transport, IPPROTO_TCP, TCP_NODELAY) != 0);
}

TEST_CASE("set_options sets those that are set, and leaves the others") {
    Pair pair;
    pair.connect("tcp:127.0.0.1:0", typed);
    SocketOptions options;
    options.no_delay = true;
    options.keep_alive = 0s;

    pair.client.transport->set_options(options);

    CHECK(ask(*pair.client.transport, IPPROTO_TCP, TCP_NODELAY) != 0);
    CHECK(ask(*pair.client.transport, SOL_SOCKET, SO_KEEPALIVE) == 0);
    CHECK(ask(*pair.client.transport, IPPROTO_IP, IP_TOS) == 16);
}

TEST_CASE("an option that the socket does not take is named") {
    TemporaryDirectory directory;
    Pair pair;
    pair.connect("unix:" + directory.socket_path(), "");
    SocketOptions options;
    options.send_buffer = 32768;
    options.no_delay = true;

    CHECK(refusal(*pair.client.transport, options).starts_with("cannot set nodelay: "));
    options.no_delay.reset();
    CHECK(refusal(*pair.client.transport, options) == "");
}

TEST_CASE("set_options does nothing once the connection is over") {
    Pair pair;
    pair.connect("tcp:127.0.0.1:0", "");
    SocketOptions options;
    options.v6_only = true; // which an IPv4 socket does not take

    CHECK(refusal(*pair.client.transport, options).starts_with("cannot set v6only: "));
    Transport& transport = *pair.client.transport;
    std::optional<std::string> lost;
    pair.client.during = [&](std::string_view event) {
        if (event == "connection_lost") {
            lost = refusal(transport, options);
        }
    };
    transport.abort_connection();

    CHECK(turn_until(pair.reactor, [&] { return pair.client.saw("connection_lost"); }));
    CHECK(lost == "");
}

TEST_CASE("reset=yes makes every close a reset") {
    Pair pair;
    pair.connect("tcp:127.0.0.1:0", ":reset=yes");
    pair.client.transport->lose_connection();

    CHECK(turn_until(pair.reactor, [&] { return pair.served.saw("connection_lost"); }));
    CHECK(pair.served.reason == std::errc::connection_reset);
}

TEST_CASE("several listeners share a port when all of them ask for it") {
    Reactor reactor(no_signals());
    Story story;
    const Listener first = reactor.listen("tcp:127.0.0.1:0:reuseport=yes", telling(story));
    const Endpoint same = Endpoint::tcp("127.0.0.1", first.address().port());
    SocketOptions shared;
    shared.reuse_port = true;

    const Listener second = reactor.listen(same.with(shared), telling(story));

    CHECK(second.address() == first.address());
    CHECK_THROWS_WITH((void)reactor.listen(same, telling(story)),
                      ("cannot listen on " + to_string(same) + ": address already in use").c_str());
}

TEST_CASE("v6only listens without IPv4, and connects to IPv6 only") {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    Listener both;
    try {
        both = reactor.listen("tcp:[::1]:0", telling(served));
    } catch (const Error&) {
        return; // no IPv6 here
    }
    const Listener six = reactor.listen("tcp:0:v6only=yes", telling(served));
    const std::string port = std::to_string(six.address().port());
    const auto outcome = [&](const std::string& endpoint) {
        auto connecting = reactor.connect(endpoint, telling(client));
        CHECK(turn_until(reactor, [&] { return connecting.settled(); }));
        const std::string failure = failure_of(std::move(connecting));
        if (failure.empty()) {
            client.transport->abort_connection();
            CHECK(turn_until(reactor, [&] { return client.living == 0 && served.living == 0; }));
        }
        return failure;
    };

    CHECK(outcome("tcp:127.0.0.1:" + port).ends_with(": connection refused"));
    CHECK(outcome("tcp:[::1]:" + port) == "");
    CHECK(outcome("tcp:" + port + ":v6only=yes") == "");
    CHECK(outcome("tcp:127.0.0.1:" + port + ":v6only=yes")
              .ends_with(": address family not supported by protocol"));
}

TEST_CASE("an option that cannot be had fails the listener, and says which") {
    Reactor reactor(no_signals());
    Story story;
    CHECK_THROWS_WITH((void)reactor.listen("tcp:127.0.0.1:0:v6only=yes", telling(story)),
                      "cannot listen on tcp:127.0.0.1:0:v6only=yes: cannot set v6only: protocol "
                      "not available");
    CHECK_FALSE(story.saw("start_factory"));
}

TEST_CASE("in memory options are remembered") {
    hawser::testing::MemoryTransport transport;
    SocketOptions options;
    options.no_delay = true;
    transport.set_options(options);
    options = {};
    options.keep_alive = 60s;
    transport.set_options(options);

    CHECK(transport.options().no_delay == true);
    CHECK(transport.options().keep_alive == 60s);
}

TEST_SUITE_END();
