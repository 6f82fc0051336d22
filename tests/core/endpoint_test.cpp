// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint.h>

#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

using hawser::Endpoint;
using Kind = hawser::Endpoint::Kind;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("Endpoint");

TEST_CASE("a port alone is every interface, with the defaults") {
    for (const std::string_view text :
         {"tcp:8080", "tcp:port=8080", "tcp::8080", "tcp:host=:8080"}) {
        CAPTURE(text);
        const Endpoint endpoint = text;
        CHECK(endpoint.kind() == Kind::tcp);
        CHECK(endpoint.host().empty());
        CHECK(endpoint.port() == 8080);
        CHECK(endpoint.backlog() == 511);
        CHECK(endpoint.timeout() == 30s);
        CHECK(endpoint == Endpoint::tcp("", 8080));
    }
}

TEST_CASE("host and port may stand by place or by key, in any order") {
    for (const std::string_view text :
         {"tcp:h:80", "tcp:host=h:port=80", "tcp:port=80:host=h", "tcp:h:port=80", "tcp:host=h:80",
          "tcp:80:host=h", "tcp:80:interface=h", "tcp:interface=h:80"}) {
        CAPTURE(text);
        CHECK(Endpoint(text) == Endpoint::tcp("h", 80));
        CHECK(Endpoint(text).timeout() == 30s);
    }
}

TEST_CASE("an IPv6 address stands in brackets, or with its colons escaped") {
    for (const std::string_view text :
         {"tcp:[::1]:80", "tcp:\\:\\:1:80", "tcp:80:interface=[::1]", "tcp:80:interface=\\:\\:1"}) {
        CAPTURE(text);
        const Endpoint endpoint = text;
        CHECK(endpoint.host() == "::1");
        CHECK(endpoint.port() == 80);
    }
}

TEST_CASE("timeout and backlog are read with either kind") {
    const Endpoint tcp = "tcp:example.org:80:timeout=5:backlog=10";
    const Endpoint unix_path = "unix:/run/x:backlog=10:timeout=5";

    for (const Endpoint& endpoint : {tcp, unix_path}) {
        CHECK(endpoint.timeout() == 5s);
        CHECK(endpoint.backlog() == 10);
    }
}

TEST_CASE("a Unix path has a mode, read in octal") {
    CHECK(Endpoint("unix:/run/chat.sock").kind() == Kind::unix_stream);
    CHECK(Endpoint("unix:/run/chat.sock").path() == "/run/chat.sock");
    CHECK(Endpoint("unix:/run/chat.sock").mode() == 0666);
    CHECK(Endpoint("unix:/run/chat.sock:mode=660").mode() == 0660);
    CHECK(Endpoint("unix:/run/chat.sock:mode=0").mode() == 0);
    CHECK(Endpoint("unix:mode=600:path=/x").path() == "/x");
    CHECK(Endpoint("unix:@name").path() == "@name");
}

TEST_CASE("values keep any byte that is escaped or in brackets") {
    CHECK(Endpoint("unix:/a\\:b\\\\c\\=d").path() == "/a:b\\c=d");
    CHECK(Endpoint("unix:[/a:b\\c=d]").path() == "/a:b\\c=d");
    CHECK(Endpoint("unix:/a[b]c").path() == "/a[b]c");
    CHECK(Endpoint("unix:path=[/x=y]").path() == "/x=y");
    CHECK(Endpoint("unix:path=/x=y").path() == "/x=y");
    CHECK(Endpoint("unix:[/x]:mode=600").mode() == 0600);
}

TEST_CASE("the limits are inclusive") {
    CHECK(Endpoint("tcp:0").port() == 0);
    CHECK(Endpoint("tcp:65535").port() == 65535);
    CHECK(Endpoint(std::string("tcp:") + std::string(253, 'h') + ":1").host().size() == 253);
    CHECK(Endpoint(std::string("unix:") + std::string(107, 'p')).path().size() == 107);
    CHECK(Endpoint("unix:/x:mode=777").mode() == 0777);
    CHECK(Endpoint("tcp:1:timeout=86400").timeout() == 24h);
    CHECK(Endpoint("tcp:1:backlog=65535").backlog() == 65535);
}

TEST_CASE("to_string is the shortest string that reads the same") {
    CHECK(to_string(Endpoint("tcp:host=:port=80")) == "tcp:80");
    CHECK(to_string(Endpoint("tcp:port=80:host=h")) == "tcp:h:80");
    CHECK(to_string(Endpoint("tcp:\\:\\:1:80")) == "tcp:[::1]:80");
    CHECK(to_string(Endpoint("unix:path=/x=y:backlog=7:timeout=5:mode=0600")) ==
          "unix:[/x=y]:mode=600:timeout=5:backlog=7");
    CHECK(to_string(Endpoint("unix:/plain")) == "unix:/plain");
}

TEST_CASE("what to_string prints reads as an equal endpoint, whatever bytes are in it") {
    std::mt19937 random(20240607); // NOLINT(cert-msc51-cpp): the same run each time
    const std::string alphabet = "a/@:=[]\\ .\t\xc3";
    auto any = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
    for (int round = 0; round < 5'000; ++round) {
        std::string value;
        for (unsigned length = 1 + any(8); length > 0; --length) {
            value += alphabet[any(static_cast<unsigned>(alphabet.size()))];
        }
        if (value == "@") {
            continue; // no name
        }
        CAPTURE(value);
        const Endpoint path = Endpoint::unix_path(value);
        REQUIRE(path.path() == value);
        REQUIRE(Endpoint::parse(to_string(path)) == path);
        const Endpoint tcp = Endpoint::tcp(value, static_cast<std::uint16_t>(random()));
        REQUIRE(tcp.host() == value);
        REQUIRE(Endpoint::parse(to_string(tcp)) == tcp);
    }
}

TEST_CASE("endpoints with keys read back as equal") {
    for (const std::string_view text :
         {"tcp:80", "tcp:h:80:timeout=1", "tcp:80:backlog=3", "tcp:[::1]:0:timeout=30:backlog=511",
          "unix:/x:mode=0", "unix:@n:timeout=2", "unix:[/a:b]:mode=777:timeout=9:backlog=1"}) {
        CAPTURE(text);
        const Endpoint endpoint = text;
        CHECK(Endpoint::parse(to_string(endpoint)) == endpoint);
        CHECK(to_string(endpoint) == text);
    }
}

TEST_CASE("endpoints differ in each of their parts") {
    const Endpoint endpoint = "tcp:h:80";
    for (const std::string_view text :
         {"tcp:g:80", "tcp:h:81", "tcp:h:80:timeout=5", "tcp:h:80:backlog=5", "unix:h"}) {
        CAPTURE(text);
        CHECK(Endpoint(text) != endpoint);
    }
    CHECK(Endpoint("unix:/x:mode=600") != Endpoint("unix:/x"));
}

TEST_SUITE_END();
