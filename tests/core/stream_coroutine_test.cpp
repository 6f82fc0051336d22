// SPDX-License-Identifier: MIT
#include "stream_fixture.h"

#include <hawser/core/sleep.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <chrono>

using namespace stream_test; // NOLINT(google-build-using-namespace): this file is its cases
using namespace std::chrono_literals;

namespace {

Deferred<> greet(Stream stream) {
    co_await stream.write("What is your name?\r\n");
    std::optional<std::string> name = co_await stream.read_line();
    if (name) {
        co_await stream.write("Hello, " + *name + "!\r\n");
    }
}

/// Repeats each line as often as the number before it says.
Deferred<> repeat(Stream stream) {
    while (auto line = co_await stream.read_line()) {
        for (int count = (*line)[0] - '0'; count > 0; --count) {
            co_await stream.write(line->substr(1) + "\n");
        }
    }
}

Deferred<> pour(Stream stream, std::size_t& written) {
    const std::string block(1000, 'x');
    for (;;) {
        co_await stream.write(block);
        written += block.size();
    }
}

Deferred<> fail_after_a_line(Stream stream) {
    (void)co_await stream.read_line();
    throw std::runtime_error("no disk");
}

} // namespace

TEST_SUITE_BEGIN("Stream: coroutines");

TEST_CASE("a guest is greeted by name, whatever the chunks") {
    for (std::size_t chunk = 1; chunk <= 6; ++chunk) {
        const auto factory = hawser::serve(greet);
        MemoryTransport transport;
        transport.attach(factory->build_protocol({}));
        transport.deliver("Ada\r\n", chunk);
        CHECK(transport.sent() == "What is your name?\r\nHello, Ada!\r\n");
        CHECK(transport.lost());
    }
}

TEST_CASE("a guest who leaves is the end of the session") {
    const auto factory = hawser::serve(greet);
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    transport.end();
    CHECK(transport.sent() == "What is your name?\r\n");
    CHECK(transport.lost());
    CHECK_FALSE(transport.aborted());
}

TEST_CASE("a session reads and writes in loops") {
    const auto factory = hawser::serve(repeat);
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    transport.deliver("2ab\n0x\n1c\n");
    CHECK(transport.sent() == "ab\nab\nc\n");
    transport.end();
    CHECK(transport.lost());
}

TEST_CASE("a writer without end holds no more than the mark, and goes on as the peer reads") {
    std::size_t written = 0;
    const auto factory =
        hawser::serve([&](Stream stream) { return pour(std::move(stream), written); });
    MemoryTransport transport({.write_high_mark = 10'000, .write_low_mark = 5'000});
    transport.hold_output();
    transport.attach(factory->build_protocol({}));
    transport.turn();
    CHECK(transport.queued() <= 11'000);
    const std::size_t before = written;

    transport.hold_output(100'000);
    transport.turn();
    CHECK(written >= before + 90'000);
    CHECK(transport.queued() <= 11'000);
    transport.lose(std::make_error_code(std::errc::connection_reset));
}

TEST_CASE("an exception aborts the connection, with a report") {
    const hawser::testing::LogCapture log;
    const auto factory = hawser::serve(fail_after_a_line);
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    transport.deliver("x\n");
    CHECK(transport.aborted());
    CHECK(log.count("a session failed: no disk") == 1);
}

TEST_CASE("sessions that wait are destroyed with their factory, and their connections close") {
    auto factory = hawser::serve(greet);
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    factory.reset();
    transport.turn();
    CHECK(transport.lost());
}

TEST_SUITE_END();
