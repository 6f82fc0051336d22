// SPDX-License-Identifier: MIT
#include <hawser/protocols/netstring_receiver.h>

#include "string_collector.h"

#include <hawser/core/error.h>
#include <hawser/core/transport.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

using hawser::Errc;
using Connection = StringConnection<hawser::NetstringReceiver>;

namespace {

class Metered final : public hawser::NetstringReceiver {
public:
    std::vector<std::size_t> reads;
    std::size_t strings = 0;

private:
    void data_received(hawser::Bytes data) override {
        reads.push_back(data.size());
        NetstringReceiver::data_received(data);
    }
    void string_received(hawser::Bytes) override {
        ++strings;
        transport().pause_producing();
    }
};

} // namespace

TEST_SUITE_BEGIN("NetstringReceiver");

TEST_CASE("strings arrive whole however the bytes are split, whatever is in them") {
    const std::string inner("8:3:abc,\0\0,", 11);
    const std::string stream = "5:hello,3:abc,2:de," + inner + "0:,12:twelve bytes,3:cut";
    const Strings strings{"hello", "abc", "de", std::string("3:abc,\0\0", 8), "", "twelve bytes"};
    for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
        CAPTURE(chunk_size);
        Connection connection;

        connection.transport.deliver(stream, chunk_size);

        CHECK(connection.collector.seen == strings);
        CHECK_FALSE(connection.transport.closing());
    }
}

TEST_CASE("what is no netstring ends the connection, what came before it is delivered") {
    struct Example {
        std::string stream;
        Strings seen;
    };
    for (const Example& example :
         {Example{"0:a,", {}}, Example{"-1:,", {}}, Example{"+5:hello,", {}},
          Example{" 5:hello,", {}}, Example{"0x5:hello,", {}}, Example{"abc", {}}, Example{":", {}},
          Example{"5hello,", {}}, Example{"05:hello,", {}}, Example{"00:,", {}},
          Example{"5:hello5:hello,", {}}, Example{"3:abc,x", {"abc"}}}) {
        CAPTURE(example.stream);
        for (std::size_t chunk_size = 1; chunk_size <= example.stream.size(); ++chunk_size) {
            CAPTURE(chunk_size);
            Connection connection;

            connection.transport.deliver(example.stream, chunk_size);
            connection.transport.deliver("3:abc,");

            CHECK(connection.collector.seen == example.seen);
            CHECK(connection.transport.lost());
            CHECK(connection.collector.reason == Errc::protocol_error);
        }
    }
}

TEST_CASE("a length over the limit ends the connection as soon as it is known to be") {
    for (const std::size_t chunk_size : {1U, 2U, 3U, 100U}) {
        CAPTURE(chunk_size);
        Connection connection;
        connection.collector.set_string_limit(10);

        connection.transport.deliver("10:0123456789,11", chunk_size);

        CHECK(connection.collector.seen == Strings{"0123456789", "over:11"});
        CHECK(connection.transport.lost());
        CHECK(connection.collector.reason == std::errc::message_size);
    }
    Connection endless;
    endless.transport.deliver(std::string(30, '9'));
    CHECK(endless.transport.lost());
    CHECK(endless.collector.seen == Strings{"over:999999"});
}

TEST_CASE("no limit is so high that a length may be more than can be counted") {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    for (const std::size_t limit : {most, most - 5, most / 10, std::size_t{4}}) {
        CAPTURE(limit);
        Connection connection;
        connection.collector.set_string_limit(limit);

        connection.transport.deliver("3:abc,18446744073709551619:abc,"); // 2^64 + 3

        CHECK(connection.transport.lost());
        CHECK(connection.collector.reason == std::errc::message_size);
        REQUIRE(connection.collector.seen.size() == 2);
        CHECK(connection.collector.seen[0] == "abc");
        CHECK(std::stoull(connection.collector.seen[1].substr(5)) > std::min(limit, most - 1));
    }
}

TEST_CASE("an override may not let a string over the limit pass") {
    Connection connection;
    connection.collector.set_string_limit(10);
    connection.collector.keeps_overflow = true;

    connection.transport.deliver("11:01234567890,3:abc,");

    CHECK(connection.collector.seen == Strings{"over:11"});
    CHECK(connection.transport.lost());
}

TEST_CASE("strings are sent with their length") {
    Connection connection;

    connection.collector.send_string("hello");
    connection.collector.send_string("");

    CHECK(connection.transport.sent() == "5:hello,0:,");
}

TEST_CASE("a pause holds the next string back, an end drops it") {
    for (const std::size_t chunk_size : {1U, 4U, 100U}) {
        CAPTURE(chunk_size);
        Connection connection;
        auto& collector = connection.collector;
        collector.on_string = [&](hawser::Bytes string) {
            if (string == "end") {
                collector.transport().lose_connection();
            } else {
                collector.transport().pause_producing();
            }
        };

        connection.transport.deliver("1:a,1:b,3:end,1:c,", chunk_size);
        CHECK(collector.seen == Strings{"a"});
        connection.transport.resume_producing();
        connection.transport.turn();
        CHECK(collector.seen == Strings{"a", "b"});
        connection.transport.resume_producing();
        connection.transport.turn();

        CHECK(collector.seen == Strings{"a", "b", "end"});
        CHECK(connection.transport.lost());
    }
}

TEST_CASE("an override of data_received() hears of what was read, and of no resume") {
    hawser::testing::MemoryTransport transport;
    auto& metered = transport.attach(std::make_unique<Metered>());

    transport.deliver("1:a,1:b,");
    transport.resume_producing();
    transport.turn();

    CHECK(metered.strings == 2);
    CHECK(metered.reads == std::vector<std::size_t>{8});
}

TEST_CASE("data given from inside a callback is delivered behind the rest, not nested") {
    Connection connection;
    auto& collector = connection.collector;
    int depth = 0;
    collector.on_string = [&](hawser::Bytes string) {
        CHECK(++depth == 1);
        if (string == "a") {
            collector.data_received("1:x,2:y");
        } else if (string == "x") {
            collector.data_received("z,");
        }
        --depth;
    };

    connection.transport.deliver("1:a,1:b,");

    CHECK(collector.seen == Strings{"a", "b", "x", "yz"});
}

TEST_SUITE_END();
