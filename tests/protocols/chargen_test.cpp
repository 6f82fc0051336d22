// SPDX-License-Identifier: MIT
#include <hawser/protocols/chargen.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <string>

using hawser::Chargen;
using hawser::testing::MemoryTransport;

namespace {

constexpr std::size_t line_size = 74; // with its end
constexpr std::size_t round_size = 95 * line_size;

/// A peer that takes no more than \p space bytes for now.
struct Reader {
    MemoryTransport transport;

    explicit Reader(std::size_t space) {
        transport.hold_output(space);
        transport.attach(std::make_unique<Chargen>());
    }
};

} // namespace

TEST_SUITE("Chargen") {
    TEST_CASE("lines of 72 characters begin one further each, and again after 95") {
        Reader reader(97 * line_size);

        const std::string sent = reader.transport.sent();

        REQUIRE(sent.size() == 97 * line_size);
        CHECK(sent.substr(0, line_size) == "\x20!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQ"
                                           "RSTUVWXYZ[\\]^_`abcdefg\r\n");
        CHECK(sent.substr(line_size, line_size) ==
              "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQ"
              "RSTUVWXYZ[\\]^_`abcdefgh\r\n");
        CHECK(sent.substr(94 * line_size, line_size) ==
              "~ !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdef\r\n");
        CHECK(sent.substr(round_size, 2 * line_size) == sent.substr(0, 2 * line_size));
    }

    TEST_CASE("a peer that does not read has one round waiting, and goes on where it was") {
        Reader reader(100);
        CHECK(reader.transport.queued() == round_size - 100);
        std::string sent = reader.transport.take_sent();

        for (int i = 0; i < 3; ++i) {
            reader.transport.hold_output(5000);
            CHECK(reader.transport.queued() <= round_size);
            sent += reader.transport.take_sent();
        }

        REQUIRE(sent.size() == 15'100);
        CHECK(sent.substr(round_size) == sent.substr(0, sent.size() - round_size));
    }

    TEST_CASE("it ends when the peer has ended, when the network stops, and when it breaks") {
        Reader reader(100);

        SUBCASE("what the peer sends is dropped, and its end ends all") {
            reader.transport.deliver("no answer to this");
            CHECK_FALSE(reader.transport.closing());
            reader.transport.end();
        }
        SUBCASE("the network stops") {
            reader.transport.request_stop();
        }
        SUBCASE("the connection breaks") {
            reader.transport.lose(std::make_error_code(std::errc::connection_reset));
        }
        reader.transport.release_output();

        CHECK(reader.transport.lost());
        CHECK_FALSE(reader.transport.aborted());
        CHECK(reader.transport.sent().size() <= round_size);
    }
}
