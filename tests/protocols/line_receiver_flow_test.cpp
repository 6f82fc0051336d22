// SPDX-License-Identifier: MIT
#include "line_collector.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using hawser::Bytes;
using hawser::Errc;
using hawser::testing::LogCapture;
using hawser::testing::MemoryTransport;

namespace {

/// Rests after each line, and notes how much each call of data_received() brought.
class Metered final : public hawser::LineReceiver {
public:
    std::vector<std::size_t> reads;
    int lines = 0;

private:
    void data_received(Bytes data) override {
        reads.push_back(data.size());
        LineReceiver::data_received(data);
    }
    void line_received(std::string_view) override {
        ++lines;
        transport().pause_producing();
    }
};

/// Takes two bytes behind each line, and notes nothing, so that only the receiver's time counts.
class BodyCounter final : public hawser::LineReceiver {
public:
    std::size_t bodies = 0;

private:
    void line_received(std::string_view) override { set_raw_mode(); }
    void raw_data_received(Bytes data) override {
        ++bodies;
        set_line_mode(data.substr(2));
    }
};

} // namespace

TEST_SUITE("LineReceiver") {
    TEST_CASE("in raw mode delimiters are data") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view line) {
            if (line == "RAW") {
                collector.set_raw_mode();
            }
        };

        connection.transport.deliver("a\r\nRAW\r\nbinary\r\nstuff");
        connection.transport.deliver("\r\nmore");

        CHECK(connection.seen() == Lines{"a", "RAW", "raw:binary\r\nstuff", "raw:\r\nmore"});
        CHECK(collector.raw_mode());
    }

    TEST_CASE("a raw handler takes what it wants and gives the rest back") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view line) {
            if (line == "RAW") {
                collector.set_raw_mode();
            }
        };
        collector.on_raw = [&](Bytes data) { collector.set_line_mode(data.substr(4)); };

        connection.transport.deliver("RAW\r\n1234next\r\nRAW\r\nabcdz\r\n");

        CHECK(connection.seen() == Lines{"RAW", "raw:1234next\r\nRAW\r\nabcdz\r\n", "next", "RAW",
                                         "raw:abcdz\r\n", "z"});
    }

    TEST_CASE("a raw body counted over many chunks is followed by lines, in every split") {
        const std::string stream = "RAW\r\n12\r\nnext\r\nRAW\r\nabcdz\r\n";
        for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
            CAPTURE(chunk_size);
            LineConnection connection;
            LineCollector& collector = connection.collector;
            Lines lines;
            std::string body;
            collector.on_line = [&](std::string_view line) {
                lines.emplace_back(line);
                if (line == "RAW") {
                    collector.set_raw_mode();
                }
            };
            collector.on_raw = [&](Bytes data) {
                const std::size_t missing = std::min(data.size(), 4 - body.size());
                body += data.substr(0, missing);
                if (body.size() == 4) {
                    lines.push_back("raw:" + std::exchange(body, {}));
                    collector.set_line_mode(data.substr(missing));
                }
            };

            connection.transport.deliver(stream, chunk_size);

            CHECK(connection.seen().size() >= 5);
            CHECK(lines == Lines{"RAW", "raw:12\r\n", "next", "RAW", "raw:abcd", "z"});
        }
    }

    TEST_CASE("a hundred thousand changes of mode in one chunk need no stack, and linear time") {
        MemoryTransport transport;
        auto& counter = transport.attach(std::make_unique<BodyCounter>());
        std::string stream;
        for (int i = 0; i < 100'000; ++i) {
            stream += "R\r\n12";
        }

        transport.deliver(stream);

        CHECK(counter.bodies == 100'000);
    }

    TEST_CASE("bytes from elsewhere may be given to set_line_mode: they come first") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view line) {
            if (line == "RAW") {
                collector.set_raw_mode();
            }
        };
        collector.on_raw = [&](Bytes data) {
            const std::string rest = "from elsewhere\r\n" + std::string(data.substr(2));
            collector.set_line_mode(rest);
        };

        connection.transport.deliver("RAW\r\n12a\r\nb");
        connection.transport.deliver("c\r\n");

        CHECK(connection.seen() == Lines{"RAW", "raw:12a\r\nb", "from elsewhere", "a", "bc"});
    }

    TEST_CASE("what a line gives to set_line_mode comes before the lines behind it") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view line) {
            if (line == "a") {
                collector.data_received("last\r\n");
                collector.set_line_mode("extra\r\n");
            }
        };

        connection.transport.deliver("a\r\nb\r\n");

        CHECK(connection.seen() == Lines{"a", "extra", "b", "last"});
    }

    TEST_CASE("what is given to set_line_mode during a pause comes before what was kept") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view) { collector.transport().pause_producing(); };
        connection.transport.deliver("a\r\nb\r\nc\r\n");
        connection.transport.resume_producing();
        CHECK(connection.seen() == Lines{"a", "b"});

        collector.set_line_mode("extra\r\n");
        connection.transport.resume_producing();
        CHECK(connection.seen() == Lines{"a", "b", "extra"});
        connection.transport.resume_producing();

        CHECK(connection.seen() == Lines{"a", "b", "extra", "c"});
    }

    TEST_CASE("a mode set from outside a callback counts for what waits, from the loop") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        connection.transport.deliver("tail");

        collector.set_raw_mode();

        CHECK(collector.seen.empty());
        CHECK(connection.seen() == Lines{"raw:tail"});

        collector.set_line_mode("line\r\nnext");

        CHECK(collector.seen.size() == 1);
        CHECK(connection.seen() == Lines{"raw:tail", "line"});

        connection.transport.deliver("\r\n");

        CHECK(connection.seen() == Lines{"raw:tail", "line", "next"});
    }

    TEST_CASE("a delimiter set from outside a callback counts for what waits") {
        LineConnection connection;
        connection.transport.deliver("a,b,c");

        connection.collector.set_delimiter(",");

        CHECK(connection.seen() == Lines{"a", "b"});

        connection.transport.deliver("d,");

        CHECK(connection.seen() == Lines{"a", "b", "cd"});
    }

    TEST_CASE("a delimiter set by a line counts for the line behind it") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view) { collector.set_delimiter(";"); };

        connection.transport.deliver("a\r\nb\r\nc;d;");

        CHECK(connection.seen() == Lines{"a", "b\r\nc", "d"});
    }

    TEST_CASE("a paused receiver keeps its lines, and goes on after the resume") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view line) {
            if (line == "a") {
                collector.transport().pause_producing();
            }
        };

        connection.transport.deliver("a\r\nb\r\nc");
        connection.transport.deliver("d\r\n");

        CHECK(connection.seen() == Lines{"a"});

        connection.transport.resume_producing();

        CHECK(collector.seen == Lines{"a"}); // nothing calls back into its caller
        CHECK(connection.seen() == Lines{"a", "b", "cd"});
        CHECK(!connection.transport.paused());
    }

    TEST_CASE("data handed over during a pause waits behind what was kept") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        connection.transport.deliver("ta");
        connection.transport.pause_producing();

        collector.data_received("il\r\na\r\n");
        collector.data_received("b\r\n");

        CHECK(collector.seen.empty());

        connection.transport.resume_producing();

        CHECK(connection.seen() == Lines{"tail", "a", "b"});
    }

    TEST_CASE("a resume finds the beginning of a line, and waits for the rest") {
        for (const char* delimiter : {"\n", "\r\n"}) {
            CAPTURE(delimiter);
            LineConnection connection;
            connection.collector.set_delimiter(delimiter);
            connection.transport.deliver("a");

            connection.transport.pause_producing();
            connection.transport.resume_producing();
            connection.transport.deliver("b");
            connection.transport.deliver(delimiter);

            CHECK(connection.seen() == Lines{"ab"});
        }
    }

    TEST_CASE("a receiver that pauses after every line sees each once, in order") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        Lines sent;
        std::string stream;
        for (int i = 0; i < 5000; ++i) {
            sent.push_back("line " + std::to_string(i));
            stream += sent.back() + "\r\n";
        }
        collector.on_line = [&](std::string_view) { collector.transport().pause_producing(); };

        connection.transport.deliver(stream);
        while (connection.transport.paused()) {
            connection.transport.resume_producing();
            connection.transport.turn();
        }

        CHECK(connection.seen() == sent);
    }

    TEST_CASE("raw data waits during a pause too") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view) {
            collector.set_raw_mode();
            collector.transport().pause_producing();
        };

        connection.transport.deliver("a\r\nbody");

        CHECK(connection.seen() == Lines{"a"});

        connection.transport.resume_producing();

        CHECK(connection.seen() == Lines{"a", "raw:body"});
    }

    TEST_CASE("nothing is delivered after the connection was asked to end") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [&](std::string_view) { collector.transport().lose_connection(); };

        connection.transport.deliver("a\r\nb\r\nc");

        CHECK(connection.seen() == Lines{"a"});
        CHECK(connection.transport.lost());
    }

    TEST_CASE("data received from inside a callback is delivered behind what came before") {
        for (const bool with_tail : {false, true}) {
            CAPTURE(with_tail);
            LineConnection connection;
            LineCollector& collector = connection.collector;
            int depth = 0;
            collector.on_line = [&](std::string_view line) {
                CHECK(++depth == 1);
                if (line == "a") {
                    collector.data_received("X\r\n");
                }
                --depth;
            };

            connection.transport.deliver("a\r\nb\r\n" + std::string(with_tail ? "c" : ""));

            CHECK(connection.seen() == Lines{"a", "b", with_tail ? "cX" : "X"});
        }
    }

    TEST_CASE("an exception ends the connection, with a report that names the class") {
        LogCapture log;
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [](std::string_view) { throw std::runtime_error("oops"); };

        connection.transport.deliver("a\r\nb\r\n");

        CHECK(connection.seen() == Lines{"a"});
        CHECK(connection.transport.lost());
        CHECK(collector.reason == Errc::callback_threw);
        CHECK(log.count("LineCollector::data_received threw: oops") == 1);
    }

    TEST_CASE("who catches an exception may go on: the rest of that data is gone") {
        LineConnection connection;
        LineCollector& collector = connection.collector;
        collector.on_line = [](std::string_view line) {
            if (line == "bad") {
                throw std::runtime_error("oops");
            }
        };

        CHECK_THROWS(collector.data_received("a\r\nbad\r\nb\r\nc"));
        collector.set_line_mode("d\r\n");
        collector.data_received("e\r\n");

        CHECK(connection.seen() == Lines{"a", "bad", "d", "e"});
    }

    TEST_CASE("an override of data_received() hears of what was read, and of no resume") {
        MemoryTransport transport;
        auto& metered = transport.attach(std::make_unique<Metered>());

        transport.deliver("a\r\nb\r\n");
        transport.resume_producing();
        transport.turn();

        CHECK(metered.lines == 2);
        CHECK(metered.reads == std::vector<std::size_t>{6});
    }
}
