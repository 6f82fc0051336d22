// SPDX-License-Identifier: MIT
// The greeter, tested without a socket.
#include "greeter.h"

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

TEST_CASE("a guest is greeted by name") {
    hawser::testing::MemoryTransport transport;
    transport.attach(std::make_unique<Greeter>());
    transport.deliver("Ada\r\n");
    CHECK(transport.sent() == "What is your name?\r\nHello, Ada!\r\n");
    CHECK(transport.closing());
}
