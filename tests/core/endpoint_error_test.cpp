// SPDX-License-Identifier: MIT
#include <hawser/core/endpoint.h>

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

using hawser::Endpoint;
using hawser::EndpointError;

TEST_SUITE_BEGIN("EndpointError");

TEST_CASE("a bad endpoint names the column and what is wrong there") {
    struct Mistake {
        std::string text;
        std::size_t column;
        std::string what;
    };
    const std::string port = "a port is a number from 0 to 65535";
    const std::string mode = "a mode is an octal number up to 777";
    const std::string kinds =
        "there are tcp, udp, unix, unixgram, fd, vsock, tipc, stdio and systemd";
    const std::string tcp_keys =
        "there are host, interface, port, timeout, backlog, bind, nodelay, keepalive, "
        "keepinterval, keepcount, usertimeout, rcvbuf, sndbuf, tos, mark, fastopen, reuseaddr, "
        "reuseport, v6only and reset";
    const std::string timeout = "a timeout is a number of seconds from 1 to 86400";
    const std::vector<Mistake> mistakes{
        {"", 1, "no endpoint kind \"\": " + kinds},
        {":80", 1, "no endpoint kind \"\": " + kinds},
        {"8000", 1, "no endpoint kind \"8000\": " + kinds},
        {"/run/x", 1, "no endpoint kind \"/run/x\": " + kinds},
        {"TCP:80", 1, "no endpoint kind \"TCP\"; did you mean tcp?"},
        {"tcp", 4, "tcp needs a port: tcp:8000"},
        {"tcp:", 5, port},
        {"tcp:http", 5, port},
        {"tcp:65536", 5, port},
        {"tcp:-1", 5, port},
        {"tcp:+1", 5, port},
        {"tcp: 80", 5, port},
        {"tcp:80 ", 5, port},
        {"tcp:8x", 5, port},
        {"tcp:99999999999999999999", 5, port},
        {"tcp:h:http", 7, port},
        {"tcp:port=http", 10, port},
        {"tcp:host=h", 11, "tcp needs a port: tcp:8000"},
        {"tcp:h:80:90", 10, "\"90\" is one argument too many"},
        {"tcp:80:bogus=1", 8, "no key \"bogus\": " + tcp_keys},
        {"tcp:80:Host=h", 8, "no key \"Host\"; did you mean host?"},
        {"tcp:80:nodelya=no", 8, "no key \"nodelya\"; did you mean nodelay?"},
        {"tcp:80:interfaces=h", 8, "no key \"interfaces\"; did you mean interface?"},
        {"tcp:80:domain=INET", 8, "no key \"domain\": " + tcp_keys},
        {"tcp:80:mode=600", 8, "no key \"mode\": " + tcp_keys},
        {"tcp:h:80:port=81", 10, "port is given twice"},
        {"tcp:h:80:host=g", 10, "host is given twice"},
        {"tcp:80:host=g:host=h", 15, "host is given twice"},
        {"tcp:80:timeout=5:timeout=6", 18, "timeout is given twice"},
        {"tcp:80:timeout=0", 16, timeout},
        {"tcp:80:timeout=86401", 16, timeout},
        {"tcp:80:timeout=soon", 16, timeout},
        {"tcp:80:backlog=0", 16, "a backlog is a number from 1 to 65535"},
        {"tcp:" + std::string(254, 'h') + ":80", 5,
         "a host name has at most 253 bytes, this one has 254"},
        {"unix", 5, "unix needs a path: unix:/run/chat.sock"},
        {"unix:mode=600", 14, "unix needs a path: unix:/run/chat.sock"},
        {"unix:", 6, "the path is empty"},
        {"unix:@", 6, "the path is empty"},
        {"unix:[]", 6, "the path is empty"},
        {"unix:path=", 11, "the path is empty"},
        {"unix:/x=y", 8, "an = in a path is written \\= or [...]"},
        {"unix:x=y", 7, "an = in a path is written \\= or [...]"},
        {"unix:/x:mode=999", 14, mode},
        {"unix:/x:mode=1000", 14, mode},
        {"unix:/x:mode=", 14, mode},
        {"unix:/x:path=/y", 9, "path is given twice"},
        {"unix:/x:/y", 9, "\"/y\" is one argument too many"},
        {"unix:/x:nodelay=no", 9,
         "no key \"nodelay\": there are path, mode, timeout, backlog, rcvbuf, sndbuf and mark"},
        {"unix:" + std::string(108, 'p'), 6,
         "a Unix socket path has at most 107 bytes, this one has 108"},
        {"tcp:80:host=h:interface=h", 15, "host is given twice"},
        {"tcp:80:nodelay=1", 16, "nodelay is yes or no"},
        {"tcp:80:nodelay=", 16, "nodelay is yes or no"},
        {"tcp:80:keepalive=32768", 18, "keepalive is a number of seconds from 0 to 32767"},
        {"tcp:80:tos=256", 12, "tos is a number from 0 to 255"},
        {"udp:80:backlog=5", 8,
         "no key \"backlog\": there are host, interface, port, rcvbuf, sndbuf, tos, mark, "
         "reuseaddr, reuseport and v6only"},
        {"udp", 4, "udp needs a port: udp:53"},
        {"unixgram:@", 10, "the path is empty"},
        {"fd:", 4, "a descriptor is a number from 0 to 2147483647"},
        {"fd:-1", 4, "a descriptor is a number from 0 to 2147483647"},
        {"fd", 3, "fd needs a descriptor: fd:3"},
        {"vsock:4294967296", 7, "a port is a number from 0 to 4294967295"},
        {"vsock:host:5", 7, "a cid is a number from 0 to 4294967295"},
        {"tipc:4711", 10, "tipc needs a type: tipc:4711:1"},
        {"tipc:63:1", 6, "a type is a number from 64 to 4294967295"},
        {"stdio:1", 7, "\"1\" is one argument too many"},
        {"stdio:timeout=5", 7, "stdio takes no keys"},
        {"systemd", 8, "systemd needs a name or an index: systemd:chat"},
        {"systemd:", 9, "systemd needs a name or an index: systemd:chat"},
        {"systemd:name=", 14, "the name is empty"},
        {"systemd:a\\:b", 9, "the name of a socket has no colon"},
        {"systemd:index=first", 15, "an index is a number from 0 to 2147483647"},
        {"systemd:a:0", 11, "\"0\" is one argument too many"},
        {"systemd:domain=INET:name=a:index=0", 9,
         "no key \"domain\": there are name, index, nodelay, keepalive, keepinterval, keepcount, "
         "usertimeout, rcvbuf, sndbuf, tos, mark and reset"},
        {"tcp:80\\", 7, "a backslash stands before : or \\"},
        {"tcp:[::1:80", 5, "this [ is never closed"},
        {"tcp:[::1]80", 10, "after a ] comes a colon or the end"},
        {"tcp:80:host=[::1", 13, "this [ is never closed"},
    };

    for (const Mistake& mistake : mistakes) {
        CAPTURE(mistake.text);
        try {
            const Endpoint endpoint(mistake.text);
            FAIL_CHECK("it was read as " << to_string(endpoint));
        } catch (const EndpointError& error) {
            CHECK(error.column() == mistake.column);
            CHECK(std::string(error.what()) == "bad endpoint \"" + mistake.text + "\", column " +
                                                   std::to_string(mistake.column) + ": " +
                                                   mistake.what);
            CHECK(error.code() == hawser::Errc::bad_endpoint);
        }
    }
}

TEST_CASE("what cannot be printed is shown escaped") {
    CHECK_THROWS_WITH(Endpoint(std::string("tcp:a\0b:80", 10)),
                      "bad endpoint \"tcp:a\\x00b:80\", column 5: a host name has no zero bytes");
    CHECK_THROWS_WITH(Endpoint(std::string("unix:a\0b", 8)),
                      "bad endpoint \"unix:a\\x00b\", column 6: a path has no zero bytes");
    CHECK_THROWS_WITH(Endpoint("tcp:80\n"), "bad endpoint \"tcp:80\\x0a\", column 5: a port is a "
                                            "number from 0 to 65535");
}

TEST_CASE("a picture shows the text, and a caret below the column") {
    const auto picture = [](std::string_view text) -> std::string {
        try {
            const Endpoint endpoint(text);
            return "it was read";
        } catch (const EndpointError& error) {
            return error.picture();
        }
    };

    CHECK(picture("tcp:80:nodelya=no") == "tcp:80:nodelya=no\n"
                                          "       ^");
    CHECK(picture("tcp") == "tcp\n"
                            "   ^");
    CHECK(picture("") == "\n^");
    CHECK(picture("unix:/\xc3\xa9\x1b[2J:mode=999") == "unix:/\\xc3\\xa9\\x1b[2J:mode=999\n"
                                                       "                           ^");
}

TEST_CASE("the makers refuse what cannot be an endpoint") {
    CHECK_THROWS_AS(Endpoint::tcp(std::string(254, 'h'), 80), EndpointError);
    CHECK_THROWS_AS(Endpoint::unix_path(""), EndpointError);
    CHECK_THROWS_AS(Endpoint::unix_path(std::string(108, 'p')), EndpointError);
}

TEST_CASE("any text is an endpoint or an EndpointError within the text") {
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same run each time
    const std::vector<std::string> starts{
        "tcp:", "unix:", "udp:", "unixgram:", "vsock:", "stdio:", "systemd:", "other:"};
    const std::vector<std::string> words{"tcp",  "unix", ":",    "=",       "[", "]",   "\\",
                                         "host", "port", "mode", "timeout", "8", "777", "/x"};
    for (int round = 0; round < 20'000; ++round) {
        std::string text = starts[static_cast<std::size_t>(round) % starts.size()];
        for (auto length = random() % 8; length > 0; --length) {
            text += words[random() % words.size()];
        }
        CAPTURE(text);
        try {
            const Endpoint endpoint(text);
            REQUIRE(Endpoint(to_string(endpoint)) == endpoint);
        } catch (const EndpointError& error) {
            REQUIRE(error.column() >= 1);
            REQUIRE(error.column() <= text.size() + 1);
        }
    }
}

TEST_SUITE_END();
