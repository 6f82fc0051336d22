// SPDX-License-Identifier: MIT
#include <hawser/protocols/int_string_receiver.h>

#include "string_collector.h"

#include <hawser/core/error.h>

#include <doctest/doctest.h>

#include <string>
#include <system_error>

using hawser::Int16StringReceiver;
using hawser::Int32StringReceiver;
using hawser::Int8StringReceiver;

namespace {

template <class Receiver>
constexpr std::size_t octets = 4;
template <>
constexpr std::size_t octets<Int8StringReceiver> = 1;
template <>
constexpr std::size_t octets<Int16StringReceiver> = 2;

/// \p size as the octets of a length.
template <class Receiver>
std::string length(unsigned char size) {
    return std::string(octets<Receiver> - 1, '\0') + static_cast<char>(size);
}

template <class Receiver>
std::error_code error_of_sending(StringConnection<Receiver>& connection, std::size_t size) {
    try {
        connection.collector.send_string(std::string(size, 'x'));
    } catch (const hawser::Error& error) {
        return error.code();
    }
    return {};
}

} // namespace

TEST_SUITE_BEGIN("IntStringReceiver");

TEST_CASE_TEMPLATE("strings arrive whole however the bytes are split, a cut one waits", Receiver,
                   Int8StringReceiver, Int16StringReceiver, Int32StringReceiver) {
    const std::string stream = length<Receiver>(3) + "foo" + length<Receiver>(0) +
                               length<Receiver>(200) + std::string(200, '\xff') +
                               length<Receiver>(5) + "hel";
    for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
        CAPTURE(chunk_size);
        StringConnection<Receiver> connection;

        connection.transport.deliver(stream, chunk_size);
        CHECK(connection.collector.seen == Strings{"foo", "", std::string(200, '\xff')});

        connection.transport.deliver("lo");
        CHECK(connection.collector.seen.back() == "hello");
    }
}

TEST_CASE_TEMPLATE("a string over the limit ends the connection and is never delivered", Receiver,
                   Int8StringReceiver, Int16StringReceiver, Int32StringReceiver) {
    const std::string stream =
        length<Receiver>(4) + "four" + length<Receiver>(5) + "fives" + length<Receiver>(1) + "x";
    for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
        CAPTURE(chunk_size);
        StringConnection<Receiver> connection;
        connection.collector.set_string_limit(4);

        connection.transport.deliver(stream, chunk_size);
        connection.transport.deliver(length<Receiver>(1) + "y");

        CHECK(connection.collector.seen == Strings{"four", "over:5"});
        CHECK(connection.transport.lost());
        CHECK(connection.collector.reason == std::errc::message_size);
    }
}

TEST_CASE("lengths are big endian, and the highest is no negative one") {
    StringConnection<Int16StringReceiver> connection;
    connection.transport.deliver(std::string("\x01\x02", 2) + std::string(258, 'x'));
    CHECK(connection.collector.seen == Strings{std::string(258, 'x')});

    StringConnection<Int32StringReceiver> huge;
    huge.transport.deliver("\xff\xff\xff\xff");
    CHECK(huge.collector.seen == Strings{"over:4294967295"});
    CHECK(huge.transport.lost());
}

TEST_CASE_TEMPLATE("strings are sent behind their length", Receiver, Int8StringReceiver,
                   Int16StringReceiver, Int32StringReceiver) {
    StringConnection<Receiver> connection;

    connection.collector.send_string("foo");
    connection.collector.send_string("");

    CHECK(connection.transport.sent() == length<Receiver>(3) + "foo" + length<Receiver>(0));
}

TEST_CASE("a string whose length cannot be told is refused, and nothing is sent") {
    StringConnection<Int8StringReceiver> one;
    CHECK(error_of_sending(one, 256) == std::errc::message_size);
    CHECK(one.transport.sent().empty());
    CHECK_FALSE(error_of_sending(one, 255));
    CHECK(one.transport.sent().size() == 256);

    StringConnection<Int16StringReceiver> two;
    CHECK(error_of_sending(two, 65536) == std::errc::message_size);
    CHECK(two.transport.sent().empty());
    CHECK_FALSE(error_of_sending(two, 65535));
    CHECK(two.transport.sent().size() == 65537);
}

TEST_SUITE_END();
