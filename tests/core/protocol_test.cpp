// SPDX-License-Identifier: MIT
#include <hawser/core/protocol.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <system_error>

using hawser::Protocol;
using hawser::testing::MemoryTransport;

TEST_SUITE_BEGIN("Protocol");

TEST_CASE("the defaults take everything, send nothing and end with the peer") {
    MemoryTransport transport;
    transport.attach(std::make_unique<Protocol>());
    transport.set_write_marks(1, 0);

    transport.deliver("data");
    transport.hold_output();
    transport.write("four");
    transport.release_output();
    transport.pause_producing();
    transport.resume_producing();
    transport.lose_write_connection();
    CHECK(transport.sent() == "four");
    CHECK_FALSE(transport.lost());
    transport.end();

    CHECK(transport.lost());
}

TEST_CASE("make_connection sets the transport, then calls connection_made") {
    struct Greeter final : Protocol {
        void connection_made() override { transport().write("hello"); }
    };
    MemoryTransport transport;
    Greeter greeter;
    transport.attach(std::make_unique<Protocol>());

    greeter.make_connection(transport);

    CHECK(transport.sent() == "hello");
}

TEST_SUITE_END();
