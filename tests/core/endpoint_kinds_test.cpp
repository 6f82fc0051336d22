// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using hawser::Endpoint;
using hawser::EndpointError;
using Kind = hawser::Endpoint::Kind;

namespace {

/// Endpoints of every kind with any of their keys, the same ones for the same seed.
class AnyEndpoint {
public:
    explicit AnyEndpoint(unsigned seed) : random_(seed) {}

    std::string next() {
        const std::vector<std::string> starts{
            "tcp:" + host() + ":" + number(65535),
            "tcp:" + number(65535),
            "udp:" + host() + ":" + number(65535),
            "unix:" + path(),
            "unixgram:" + (chance() ? path() : ""),
            "fd:" + number(0x7fffffff),
            "vsock:" + number(0xffffffff),
            "vsock:" + number(0xffffffff) + ":" + number(0xffffffff),
            "tipc:" + number(0xffffffff - 64, 64) + ":" + number(0xffffffff),
            "stdio:",
            "systemd:chat",
            "systemd:index=" + number(0x7fffffff),
            "systemd:[ch=at]:index=" + number(0x7fffffff),
            "other+kind:" + path() + ":",
        };
        std::string text = starts[below(starts.size())];
        for (const std::string_view key :
             {"mode=", "timeout=", "backlog=", "bind=", "nodelay=", "keepalive=", "keepinterval=",
              "keepcount=", "usertimeout=", "rcvbuf=", "sndbuf=", "tos=", "mark=", "fastopen=",
              "reuseaddr=", "reuseport=", "v6only=", "reset="}) {
            const std::string with = text + ":" + std::string(key) + value();
            if (below(4) == 0 && reads(with)) {
                text = with;
            }
        }
        return text;
    }

private:
    static bool reads(const std::string& text) {
        try {
            const Endpoint endpoint(text);
            return true;
        } catch (const EndpointError&) {
            return false; // not a key of its kind, or not a value of the key
        }
    }

    std::size_t below(std::size_t most) { return random_() % most; }
    bool chance() { return below(2) == 0; }
    std::string number(std::uint64_t most, std::uint64_t least = 0) {
        return std::to_string(least + random_() % (most + 1));
    }
    std::string host() {
        const std::vector<std::string> hosts{"example.org",    "[::1]",    "127.0.0.1", "",
                                             "[fe80::1%eth0]", "\\:\\:1%2"};
        return hosts[below(hosts.size())];
    }
    std::string path() {
        const std::vector<std::string> paths{"/run/x", "@name", "[/a:b=c]", "/a\\\\b\\=c", "[@a]"};
        return paths[below(paths.size())];
    }
    std::string value() {
        const std::vector<std::string> values{"yes", "no", "1", "60", "127", "[::1]", "0"};
        return values[below(values.size())];
    }

    std::mt19937 random_;
};

} // namespace

TEST_SUITE_BEGIN("Endpoint: kinds");

TEST_CASE("what to_string prints of any endpoint reads as the same endpoint") {
    AnyEndpoint any(20261122);
    for (int round = 0; round < 2'000; ++round) {
        const std::string text = any.next();
        CAPTURE(text);
        const Endpoint endpoint(text);
        CAPTURE(to_string(endpoint));
        REQUIRE(Endpoint::parse(to_string(endpoint)) == endpoint);
        REQUIRE(to_string(Endpoint::parse(to_string(endpoint))) == to_string(endpoint));
    }
}

TEST_CASE("udp is a host and a port, like tcp") {
    CHECK(Endpoint("udp:53").kind() == Kind::udp);
    CHECK(Endpoint("udp:53") == Endpoint::udp("", 53));
    CHECK(Endpoint("udp:0.0.0.0:53") == Endpoint::udp("0.0.0.0", 53));
    CHECK(Endpoint("udp:53:interface=[::1]").host() == "::1");
    CHECK(Endpoint("udp:53") != Endpoint("tcp:53"));
}

TEST_CASE("unixgram has a path, a name, or neither") {
    CHECK(Endpoint("unixgram:/run/log:mode=600").kind() == Kind::unix_datagram);
    CHECK(Endpoint("unixgram:/run/log:mode=600").mode() == 0600);
    CHECK(Endpoint("unixgram:@name").path() == "@name");
    for (const std::string_view text : {"unixgram:", "unixgram"}) {
        CHECK(Endpoint(text).path().empty());
        CHECK(to_string(Endpoint(text)) == "unixgram:");
    }
    CHECK(to_string(Endpoint("unixgram::rcvbuf=4096")) == "unixgram:rcvbuf=4096");
}

TEST_CASE("a descriptor is named by its number") {
    CHECK(Endpoint("fd:3").kind() == Kind::fd);
    CHECK(Endpoint("fd:3").descriptor() == 3);
    CHECK(Endpoint("fd:descriptor=3") == Endpoint::fd(3));
    CHECK_THROWS_AS(Endpoint::fd(-1), EndpointError);
}

TEST_CASE("vsock is a port of 32 bits, and the machine it is on") {
    const Endpoint everywhere("vsock:4294967295");
    CHECK(everywhere.kind() == Kind::vsock);
    CHECK(everywhere.cid() == Endpoint::any_cid);
    CHECK(everywhere.vsock_port() == 4294967295);

    const Endpoint host("vsock:2:1024:timeout=5");
    CHECK(host.cid() == 2);
    CHECK(host.vsock_port() == 1024);
    CHECK(Endpoint("vsock:1024:cid=2:timeout=5") == host);
}

TEST_CASE("tipc is a type and an instance") {
    CHECK(Endpoint("tipc:4711:1").kind() == Kind::tipc);
    CHECK(Endpoint("tipc:4711:1").tipc_type() == 4711);
    CHECK(Endpoint("tipc:4711:1").tipc_instance() == 1);
}

TEST_CASE("stdio says all there is to say") {
    CHECK(Endpoint("stdio:").kind() == Kind::stdio);
    CHECK(Endpoint("stdio") == Endpoint("stdio:"));
    CHECK(to_string(Endpoint("stdio")) == "stdio:");
}

TEST_CASE("systemd names a socket, numbers it, or both") {
    CHECK(Endpoint("systemd:chat").kind() == Kind::systemd);
    CHECK(Endpoint("systemd:chat").socket_name() == "chat");
    CHECK(Endpoint("systemd:chat").socket_index() == std::nullopt);
    CHECK(Endpoint("systemd:index=0").socket_name().empty());
    CHECK(Endpoint("systemd:index=0").socket_index() == 0);
    CHECK(Endpoint("systemd:chat:index=1") == Endpoint("systemd:index=1:name=chat"));
    CHECK(to_string(Endpoint("systemd:name=chat:index=1")) == "systemd:chat:index=1");
    CHECK(to_string(Endpoint("systemd::index=1")) == "systemd:index=1");
}

TEST_CASE("any other word is a kind for a network to know, and what is behind it stays as it is") {
    const Endpoint wrapped("haproxy:tcp:[::1]:80:timeout=5");
    CHECK(wrapped.kind() == Kind::registered);
    CHECK(wrapped.kind_name() == "haproxy");
    CHECK(wrapped.rest() == "tcp:[::1]:80:timeout=5");
    CHECK(wrapped.inner() == Endpoint("tcp:[::1]:80:timeout=5"));
    CHECK(to_string(wrapped) == "haproxy:tcp:[::1]:80:timeout=5");
    CHECK(to_string(Endpoint("a+b.c-1:=\\[")) == "a+b.c-1:=\\[");
    CHECK(Endpoint("other") == Endpoint("other:"));
    CHECK(Endpoint("other:a") != Endpoint("another:a"));
    CHECK(Endpoint("tcp:80").kind_name() == "tcp");
    CHECK(Endpoint("unix:/x").kind_name() == "unix");
}

TEST_CASE("a mistake in a wrapped endpoint has its column in the whole") {
    CHECK_THROWS_WITH((void)Endpoint("haproxy:tcp:http").inner(),
                      "bad endpoint \"haproxy:tcp:http\", column 13: a port is a number from 0 to "
                      "65535");
    CHECK_THROWS_WITH((void)Endpoint("haproxy").inner(),
                      "bad endpoint \"haproxy:\", column 9: no endpoint kind \"\": there are tcp, "
                      "udp, unix, unixgram, fd, vsock, tipc, stdio and systemd");
    CHECK_THROWS_AS((void)Endpoint("a:b:tcp:http").inner().inner(), EndpointError);
}

TEST_CASE("a link-local address names its interface, or the index of it") {
    CHECK(Endpoint("tcp:[fe80::1%eth0]:80").host() == "fe80::1%eth0");
    CHECK(Endpoint("udp:80:interface=[fe80::1%2]").host() == "fe80::1%2");
    CHECK(to_string(Endpoint("tcp:[fe80::1%eth0]:80")) == "tcp:[fe80::1%eth0]:80");
}

TEST_CASE("a client may say where it connects from") {
    CHECK(Endpoint("tcp:example.org:80:bind=127.0.0.1:timeout=5").bind() == "127.0.0.1");
    CHECK(Endpoint("tcp:example.org:80").bind().empty());
}

TEST_SUITE_END();
