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
    const std::string timeout = "a timeout is a number of seconds from 1 to 86400";
    const std::vector<Mistake> mistakes{
        {"", 1, "no endpoint kind \"\": there are tcp and unix"},
        {"nosuch:1", 1, "no endpoint kind \"nosuch\": there are tcp and unix"},
        {"TCP:80", 1, "no endpoint kind \"TCP\": there are tcp and unix"},
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
        {"tcp:80:bogus=1", 8,
         "no key \"bogus\": there are host, interface, port, timeout and backlog"},
        {"tcp:80:Host=h", 8,
         "no key \"Host\": there are host, interface, port, timeout and backlog"},
        {"tcp:80:mode=600", 8,
         "no key \"mode\": there are host, interface, port, timeout and backlog"},
        {"tcp:h:80:port=81", 10, "the port is given twice"},
        {"tcp:h:80:host=g", 10, "the host is given twice"},
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
        {"unix:/x:path=/y", 9, "the path is given twice"},
        {"unix:/x:/y", 9, "\"/y\" is one argument too many"},
        {"unix:/x:host=h", 9, "no key \"host\": there are path, mode, timeout and backlog"},
        {"unix:" + std::string(108, 'p'), 6,
         "a Unix socket path has at most 107 bytes, this one has 108"},
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

TEST_CASE("the makers refuse what cannot be an endpoint") {
    CHECK_THROWS_AS(Endpoint::tcp(std::string(254, 'h'), 80), EndpointError);
    CHECK_THROWS_AS(Endpoint::unix_path(""), EndpointError);
    CHECK_THROWS_AS(Endpoint::unix_path(std::string(108, 'p')), EndpointError);
}

TEST_CASE("any text is an endpoint or an EndpointError within the text") {
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same run each time
    const std::vector<std::string> words{"tcp",  "unix", ":",    "=",       "[", "]",   "\\",
                                         "host", "port", "mode", "timeout", "8", "777", "/x"};
    for (int round = 0; round < 20'000; ++round) {
        std::string text = round % 2 == 0 ? "tcp:" : "unix:";
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
