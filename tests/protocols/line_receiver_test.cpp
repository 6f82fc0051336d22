// SPDX-License-Identifier: MIT
#include <hawser/protocols/line_receiver.h>

#include "line_collector.h"

#include <hawser/core/error.h>

#include <doctest/doctest.h>

#include <string>
#include <system_error>

using hawser::Bytes;
using hawser::Errc;
using hawser::LineReceiver;
using hawser::testing::MemoryTransport;

namespace {

const std::string nul_line("a\0b", 3);

} // namespace

TEST_SUITE("LineReceiver") {
    TEST_CASE("lines arrive whole, and an unfinished one waits") {
        LineConnection connection;

        connection.transport.deliver("a\r\nb\r\nc");

        CHECK(connection.seen() == Lines{"a", "b"});

        connection.transport.deliver("d\r\n");

        CHECK(connection.seen() == Lines{"a", "b", "cd"});
    }

    TEST_CASE("lines are the same however the bytes are split") {
        const std::string stream =
            "one\r\n\r\ntwo\rstill two\r\r\n\n\r\n" + nul_line + "\r\n" + "rest\r";
        const Lines lines{"one", "", "two\rstill two\r", "\n", nul_line};
        for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
            CAPTURE(chunk_size);
            LineConnection connection;

            connection.transport.deliver(stream, chunk_size);

            CHECK(connection.seen() == lines);
        }
    }

    TEST_CASE("a delimiter of one byte, or of many that repeat, is found in every split") {
        struct Example {
            std::string delimiter;
            std::string stream;
            Lines lines;
        };
        for (const Example& example : {Example{"\n", "a\r\nb\n", {"a\r", "b"}},
                                       Example{"aab", "xaaabaabyaaaab", {"xa", "", "yaa"}},
                                       Example{"aa",
                                               "xaaaaay",
                                               {
                                                   "x",
                                                   "",
                                               }},
                                       Example{"--", "a---b----c--", {"a", "-b", "", "c"}},
                                       Example{std::string(1, '\0'), nul_line, {"a"}}}) {
            CAPTURE(example.delimiter);
            for (std::size_t chunk_size = 1; chunk_size <= example.stream.size(); ++chunk_size) {
                CAPTURE(chunk_size);
                LineConnection connection;
                connection.collector.set_delimiter(example.delimiter);

                connection.transport.deliver(example.stream, chunk_size);

                CHECK(connection.seen() == example.lines);
            }
        }
    }

    TEST_CASE("a line feed alone, or a NUL, is part of the line") {
        LineConnection connection;

        connection.transport.deliver("a\nb\r\n" + nul_line + "\r\n");

        CHECK(connection.seen() == Lines{"a\nb", nul_line});
    }

    TEST_CASE("a line as long as the limit passes, in every split") {
        const std::string stream = "xxxxx\r\nyyyyy\r\n";
        for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
            CAPTURE(chunk_size);
            LineConnection connection;
            connection.collector.set_line_limit(5);

            connection.transport.deliver(stream, chunk_size);

            CHECK(connection.seen() == Lines{"xxxxx", "yyyyy"});
            CHECK(!connection.transport.closing());
        }
    }

    TEST_CASE("a line of the limit whose delimiter is cut in two is no overflow") {
        LineConnection connection;
        connection.collector.set_line_limit(5);

        connection.transport.deliver("xxxxx\r");
        connection.transport.deliver("\n");

        CHECK(connection.seen() == Lines{"xxxxx"});
        CHECK(!connection.transport.closing());
    }

    TEST_CASE("a line over the limit ends the connection, and nothing is delivered after it") {
        struct Example {
            std::string stream;
            Lines seen;
        };
        for (const Example& example : {Example{"xxxxxxx", {"over:xxxxxxx"}},
                                       Example{"ab\r\nxxxxxxxx", {"ab", "over:xxxxxxxx"}},
                                       Example{"xxxxxx\r\nab\r\n", {"over:xxxxxx\r\nab\r\n"}}}) {
            CAPTURE(example.stream);
            LineConnection connection;
            connection.collector.set_line_limit(5);

            connection.transport.deliver(example.stream);
            connection.transport.deliver("\r\nmore\r\n");

            CHECK(connection.seen() == example.seen);
            CHECK(connection.transport.lost());
            CHECK(connection.collector.reason == Errc::line_too_long);
        }
    }

    TEST_CASE("a line over the limit is found in every split") {
        const std::string stream = "ab\r\nxxxxxx\r\nab\r\n";
        for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
            CAPTURE(chunk_size);
            LineConnection connection;
            connection.collector.set_line_limit(5);

            connection.transport.deliver(stream, chunk_size);

            REQUIRE(connection.seen().size() == 2);
            CHECK(connection.seen()[0] == "ab");
            CHECK(connection.seen()[1].substr(0, 11) == "over:xxxxxx");
            CHECK(connection.collector.reason == Errc::line_too_long);
        }
    }

    TEST_CASE("the default limit is 16 KiB") {
        LineConnection connection;

        connection.transport.deliver(std::string(16384, 'x') + "\r\n");

        REQUIRE(connection.seen().size() == 1);
        CHECK(connection.seen()[0].size() == 16384);

        connection.transport.deliver(std::string(16385, 'x') + "\r\n");

        CHECK(connection.seen().size() == 2);
        CHECK(connection.transport.lost());
    }

    TEST_CASE("an overflow hook may let the connection live: the next byte begins a line") {
        LineConnection connection;
        connection.collector.set_line_limit(5);
        connection.collector.keeps_overflow = true;

        connection.transport.deliver("xxx");
        connection.transport.deliver("xxxxx");
        connection.transport.deliver("ab\r\n");

        CHECK(connection.seen() == Lines{"over:xxxxxxxx", "ab"});
        CHECK(!connection.transport.closing());
    }

    TEST_CASE("an overflow hook may give back what came behind the line") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.set_line_limit(5);
        collector.keeps_overflow = true;
        collector.on_overflow = [&](Bytes data) {
            collector.set_line_mode(data.substr(data.find("\r\n") + 2));
        };

        connection.transport.deliver("xxx");
        connection.transport.deliver("xxx\r\nab\r\ncd\r\n");

        CHECK(connection.seen() == Lines{"over:xxxxxx\r\nab\r\ncd\r\n", "ab", "cd"});
    }

    TEST_CASE("a limit lowered below what waits is met with the next byte") {
        LineConnection connection;
        connection.transport.deliver("xxxxxxxx");

        connection.collector.set_line_limit(3);
        connection.transport.deliver("\r\n");

        CHECK(connection.seen() == Lines{"over:xxxxxxxx\r\n"});
    }

    TEST_CASE("send_line sends the line and the delimiter") {
        LineConnection connection;

        connection.collector.send_line("one");
        connection.collector.send_line("");
        connection.collector.set_delimiter("\n");
        connection.collector.send_line("two\r");

        CHECK(connection.transport.sent() == "one\r\n\r\ntwo\r\n");
    }

    TEST_CASE("the line that came, or its end, is sent on as any other") {
        for (std::size_t chunk_size = 1; chunk_size <= 6; ++chunk_size) {
            CAPTURE(chunk_size);
            LineConnection connection;
            LineCollector& collector = connection.collector;
            collector.on_line = [&](std::string_view line) {
                collector.send_line(line);
                collector.send_line(line.substr(1));
                collector.send_line(line.substr(0, 1));
                collector.send_line(line.substr(3));
                if (line == "def") {
                    collector.set_delimiter(";");
                    collector.send_line(line);
                }
            };

            connection.transport.deliver("abc\r\ndef\r\n", chunk_size);

            CHECK(connection.transport.sent() ==
                  "abc\r\nbc\r\na\r\n\r\ndef\r\nef\r\nd\r\n\r\ndef;");
        }
    }

    TEST_CASE("a line that a reader would see as two is refused, and nothing is sent") {
        struct Example {
            std::string delimiter;
            std::string line;
        };
        for (const Example& example :
             {Example{"\r\n", "a\r\nb"}, Example{"\r\n", "\r\n"}, Example{"aa", "xa"}}) {
            CAPTURE(example.line);
            LineConnection connection;
            connection.collector.set_delimiter(example.delimiter);

            std::error_code code;
            try {
                connection.collector.send_line(example.line);
            } catch (const hawser::Error& error) {
                code = error.code();
            }

            CHECK(code == Errc::delimiter_in_line);
            CHECK(connection.transport.sent().empty());
        }
    }

    TEST_CASE("a plain receiver drops what it is sent") {
        MemoryTransport transport;
        auto& receiver = transport.attach(std::make_unique<LineReceiver>());

        transport.deliver("a\r\n");
        receiver.set_raw_mode();
        transport.deliver("b");

        CHECK(transport.sent().empty());
        CHECK(!transport.closing());
    }
}
