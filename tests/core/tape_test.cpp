// SPDX-License-Identifier: MIT
#include <hawser/core/detail/tape.h>

#include <hawser/core/protocol.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

using hawser::Bytes;
using hawser::SharedBytes;
using hawser::detail::Tape;
using hawser::testing::MemoryTransport;

namespace {

/// Answers what comes with shared payloads, plain ones and parts of what came, by turns.
class Mixer final : public hawser::Protocol {
    void data_received(Bytes data) override {
        for (std::size_t at = 0; at < data.size(); at += 3) {
            const Bytes part = data.substr(at, 3);
            switch (at / 3 % 4) {
            case 0: transport().write(SharedBytes(part)); break;
            case 1: transport().write(part); break;
            case 2: transport().write(std::string(part)); break;
            case 3: transport().write_sequence(std::array<Bytes, 2>{part, Bytes()}); break;
            }
        }
    }
};

std::string digits(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += static_cast<char>('0' + i % 10);
    }
    return text;
}

} // namespace

TEST_SUITE_BEGIN("Tape");

TEST_CASE("a payload stands on it once, and the next one behind it") {
    Tape tape;
    const SharedBytes one("one");
    const SharedBytes two("two");

    tape.hold();
    const Bytes first = tape.put(one, one.view());
    const Bytes again = tape.put(one, one.view());
    const Bytes second = tape.put(two, two.view());

    CHECK(first == "one");
    CHECK(again.data() == first.data());
    CHECK(second == "two");
    CHECK(second.data() == first.data() + 3);
}

TEST_CASE("it begins anew when its last user lets go, and takes no more when it is full") {
    Tape tape;
    const SharedBytes payload(std::string(4000, 'x'));
    tape.hold();
    tape.hold();
    const char* const begin = tape.put(payload, payload.view()).data();
    tape.let_go();
    const SharedBytes other(std::string(4000, 'y'));
    CHECK(tape.put(other, other.view()).data() == begin + 4000);

    for (int i = 0; i < 20; ++i) {
        const SharedBytes more(std::string(4000, 'z'));
        const Bytes put = tape.put(more, more.view());
        CHECK((put.empty() || put == more.view()));
    }
    const SharedBytes last(std::string(4000, 'l'));
    CHECK(tape.put(last, last.view()).empty());

    tape.let_go();
    CHECK(tape.put(last, last.view()).data() == begin);
}

TEST_CASE("a payload where another one was is not taken for it") {
    Tape tape;
    tape.hold();
    std::string said;
    for (int i = 0; i < 100; ++i) {
        const SharedBytes payload(std::to_string(1000 + i)); // where the last one was, but for it
        said += tape.put(payload, payload.view());
    }
    CHECK(said.starts_with("100010011002"));
    CHECK(said.ends_with("10981099"));
}

TEST_CASE("whatever is written in whatever way arrives in order, however the peer takes it") {
    const std::string text = digits(3000);
    for (const std::size_t space :
         {std::size_t{0}, std::size_t{1}, std::size_t{1000}, MemoryTransport::everything}) {
        for (const std::size_t chunk : {std::size_t{7}, std::size_t{100}, std::size_t{3000}}) {
            CAPTURE(space);
            CAPTURE(chunk);
            MemoryTransport transport;
            transport.attach(std::make_unique<Mixer>());
            transport.hold_output(space);

            transport.deliver(text, chunk);
            transport.release_output();

            CHECK(transport.sent() == text);
        }
    }
}

TEST_CASE("more than the tape holds, told in one turn") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    std::string expected;
    for (int i = 0; i < 200; ++i) {
        const SharedBytes line(digits(1000));
        transport.write(line);
        expected += line.view();
    }
    CHECK(transport.sent() == expected);
}

TEST_CASE("a connection that goes with its queue full lets go") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output();
    transport.write(SharedBytes("never sent"));
    transport.write(SharedBytes("nor this"));
    transport.abort_connection();
    CHECK(transport.lost());
    CHECK(transport.sent().empty());
}

TEST_SUITE_END();
