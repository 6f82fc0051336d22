// SPDX-License-Identifier: MIT
#include <hawser/protocols/echo.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using hawser::Echo;
using hawser::testing::MemoryTransport;

TEST_SUITE("Echo") {
    TEST_CASE("every byte comes back, however the bytes are split") {
        const std::string text("abc\r\n\0\xff", 7);
        for (std::size_t chunk_size = 1; chunk_size <= text.size(); ++chunk_size) {
            CAPTURE(chunk_size);
            MemoryTransport transport;
            transport.attach(std::make_unique<Echo>());

            transport.deliver(text, chunk_size);

            CHECK(transport.sent() == text);
            CHECK(!transport.closing());
        }
    }

    TEST_CASE("a peer that has ended its direction is sent the rest, then both end") {
        MemoryTransport transport;
        transport.attach(std::make_unique<Echo>());

        transport.deliver("last words");
        transport.end();

        CHECK(transport.sent() == "last words");
        CHECK(transport.lost());
        CHECK(!transport.aborted());
    }

    TEST_CASE("a peer that sends and does not read is not read either, and loses nothing") {
        MemoryTransport transport({.write_high_mark = 1000, .write_low_mark = 100});
        transport.attach(std::make_unique<Echo>());
        const std::string much(20'000, 'x');
        transport.hold_output();

        transport.deliver(much, 500);

        CHECK(transport.queued() <= 1500);

        transport.release_output();

        CHECK(transport.sent() == much);
    }
}
