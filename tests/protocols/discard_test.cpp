// SPDX-License-Identifier: MIT
#include <hawser/protocols/discard.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>

TEST_SUITE("Discard") {
    TEST_CASE("what comes is read and not answered, until the peer has ended") {
        hawser::testing::MemoryTransport transport;
        transport.attach(std::make_unique<hawser::Discard>());

        transport.deliver(std::string(100'000, 'x'), 1000);

        CHECK(transport.sent().empty());
        CHECK_FALSE(transport.closing());

        transport.end();

        CHECK(transport.sent().empty());
        CHECK(transport.lost());
        CHECK_FALSE(transport.aborted());
    }
}
