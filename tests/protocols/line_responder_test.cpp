// SPDX-License-Identifier: MIT
#include <hawser/protocols/line_responder.h>

#include <hawser/core/factory.h>
#include <hawser/core/limits.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using hawser::LineResponder;
using hawser::LineRules;
using hawser::testing::MemoryTransport;

namespace {

LineRules rules() {
    return LineRules::parse("who => $peer\n"
                            "bye => See you. !close\n"
                            "go => !close\n"
                            "quiet =>\n"
                            "say * => $1\\n$1\n");
}

struct Connection {
    MemoryTransport transport;
    LineResponder& responder = transport.attach(std::make_unique<LineResponder>(rules()));
};

} // namespace

TEST_SUITE("LineResponder") {
    TEST_CASE("each line is answered, however the bytes are split and the lines end") {
        for (std::size_t chunk_size = 1; chunk_size <= 8; ++chunk_size) {
            CAPTURE(chunk_size);
            Connection connection;

            connection.transport.deliver("say a\nsay b\r\nsay", chunk_size);

            CHECK(connection.transport.sent() == "a\na\nb\nb\n");
            CHECK(!connection.transport.closing());
        }
    }

    TEST_CASE("a line without a rule, or whose rule is silent, has no answer") {
        Connection connection;

        connection.transport.deliver("hello\nquiet\n\n");

        CHECK(connection.transport.sent().empty());
        CHECK(!connection.transport.closing());
    }

    TEST_CASE("an answer may be the last one; what came behind its line is not heard") {
        Connection connection;

        connection.transport.deliver("say a\nbye\nsay b\n");

        CHECK(connection.transport.sent() == "a\na\nSee you.\n");
        CHECK(connection.transport.closing());

        Connection silent;
        silent.transport.deliver("go\n");
        CHECK(silent.transport.sent().empty());
        CHECK(silent.transport.closing());
    }

    TEST_CASE("who asks is known by the address") {
        Connection connection;

        connection.transport.deliver("who\n");

        CHECK(connection.transport.sent() == to_string(connection.transport.peer()) + "\n");
    }

    TEST_CASE("a line without an end is cut off at the limit of lines") {
        Connection connection;

        connection.transport.deliver(std::string(hawser::default_line_limit + 1, 'x'));

        CHECK(connection.transport.lost());
        CHECK(connection.transport.sent().empty());
    }

    TEST_CASE("a factory gives the same rules to all") {
        const auto factory = hawser::factory_for<LineResponder>(rules());
        MemoryTransport one;
        MemoryTransport two;
        one.attach(factory->build_protocol(one.peer()));
        two.attach(factory->build_protocol(two.peer()));

        one.deliver("say 1\n");
        two.deliver("say 2\n");

        CHECK(one.sent() == "1\n1\n");
        CHECK(two.sent() == "2\n2\n");
    }
}
