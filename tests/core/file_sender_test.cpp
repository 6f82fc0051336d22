// SPDX-License-Identifier: MIT
#include <hawser/core/file_sender.h>

#include "descriptors.h"

#include <hawser/core/error.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using contract::file_of;
using hawser::Bytes;
using hawser::Deferred;
using hawser::Descriptor;
using hawser::FileRange;
using hawser::Producer;
using hawser::send_file;
using hawser::testing::MemoryTransport;

namespace {

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>('a' + i * 7 % 23);
    }
    return text;
}

/// Notes each write; the test asks for the next.
class Recorder final : public hawser::Consumer {
public:
    std::vector<std::size_t> sizes;
    std::string all;

    void register_producer(Producer& producer, bool streaming) override {
        CHECK_FALSE(streaming);
        set_producer(&producer);
    }
    void unregister_producer() override { set_producer(nullptr); }
    void write(Bytes data) override {
        sizes.push_back(data.size());
        all += data;
    }
    void ask() { producer()->resume_producing(); }
    using Consumer::producer;
};

/// What a Deferred brought.
struct Outcome {
    explicit Outcome(Deferred<std::uint64_t> sending)
        : waiting(std::move(sending)
                      .then([this](std::uint64_t count) { sent = count; })
                      .recover([this](const std::exception_ptr& failure) {
                          error = hawser::code_of(failure);
                      })) {}
    std::optional<std::uint64_t> sent;
    std::error_code error;
    Deferred<> waiting;
};

} // namespace

TEST_SUITE_BEGIN("send_file");

TEST_CASE("40000 bytes are pieces of 16384, 16384 and 7232, each when asked for") {
    Recorder recorder;
    const std::string text = pattern(40000);
    const Outcome outcome(send_file(recorder, file_of(text)));

    CHECK(recorder.sizes.empty());
    recorder.ask();
    recorder.ask();
    recorder.ask();
    CHECK_FALSE(outcome.sent); // the last piece has not left
    recorder.ask();

    CHECK(recorder.sizes == std::vector<std::size_t>{16384, 16384, 7232});
    CHECK((recorder.all == text));
    CHECK(outcome.sent == 40000);
    CHECK(recorder.producer() == nullptr);
}

TEST_CASE("a part of a file, at most up to its end; an empty one too") {
    struct Row {
        FileRange range;
        std::string expected;
    };
    for (const Row& row : {Row{{2, 3}, "cde"}, Row{{4, 100}, "ef"}, Row{{6, 1}, ""},
                           Row{{99, 1}, ""}, Row{{0, 0}, ""}, Row{{}, "abcdef"}}) {
        MemoryTransport transport;
        transport.attach(std::make_unique<hawser::Protocol>());
        const Outcome outcome(send_file(transport, file_of("abcdef"), row.range));

        CHECK(transport.sent() == row.expected);
        CHECK(outcome.sent == row.expected.size());
        CHECK_FALSE(transport.lost());
    }
}

TEST_CASE("a connection that is asked to end at once sends all of it first") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    const std::string text = pattern(100'000);
    transport.write("head ");

    const Outcome outcome(send_file(transport, file_of(text)));
    transport.lose_connection();

    CHECK((transport.sent() == "head " + text));
    CHECK(transport.lost());
    CHECK(outcome.sent == 100'000);
}

TEST_CASE("a slow peer keeps one piece in memory, not the file") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output(1000);
    const Outcome outcome(send_file(transport, file_of(pattern(1'000'000))));

    CHECK(transport.sent().size() == 1000);
    CHECK(transport.queued() == 16384 - 1000);
    transport.release_output();

    CHECK((transport.sent() == pattern(1'000'000)));
    CHECK(outcome.sent == 1'000'000);
}

TEST_CASE("when the connection ends before, it fails") {
    for (const bool ours : {true, false}) {
        MemoryTransport transport;
        transport.attach(std::make_unique<hawser::Protocol>());
        transport.hold_output();
        const Outcome outcome(send_file(transport, file_of(pattern(50'000))));
        transport.turn();
        CHECK(transport.queued() == 16384);

        ours ? transport.abort_connection()
             : transport.lose(std::make_error_code(std::errc::connection_reset));

        CHECK(transport.lost());
        CHECK(outcome.error == std::errc::broken_pipe);
    }
}

TEST_CASE("a connection that has ended already fails it at once") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.abort_connection();
    CHECK(transport.lost());

    const Outcome outcome(send_file(transport, file_of("x")));

    CHECK(outcome.error == std::errc::broken_pipe);
}

TEST_CASE("a file that becomes shorter fails it, and the connection stays") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output();
    const Descriptor file = file_of(pattern(50'000));
    const Outcome outcome(send_file(transport, Descriptor::duplicate_of(file.get())));
    transport.turn();
    CHECK(transport.queued() == 16384);

    REQUIRE(::ftruncate(file.get(), 20'000) == 0);
    transport.release_output();

    CHECK(transport.sent().size() == 20'000);
    CHECK(outcome.error == std::errc::io_error);
    CHECK_FALSE(transport.lost());
    transport.write("goes on");
    CHECK(transport.take_sent().ends_with("goes on"));
}

TEST_CASE("dropping the Deferred stops the sending, and the connection goes on") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output();
    {
        const Outcome outcome(send_file(transport, file_of(pattern(50'000))));
        transport.turn();
        CHECK(transport.queued() == 16384);
    }
    transport.write("next");
    transport.release_output();

    CHECK((transport.sent() == pattern(50'000).substr(0, 16384) + "next"));
}

TEST_CASE("a transport that goes before its end fails it too") {
    std::optional<Outcome> outcome;
    {
        MemoryTransport transport;
        transport.attach(std::make_unique<hawser::Protocol>());
        transport.hold_output();
        outcome.emplace(send_file(transport, file_of(pattern(50'000))));
    }

    CHECK(outcome->error == std::errc::broken_pipe);
}

TEST_CASE("what is no regular file, and a second producer, are errors at once") {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Protocol>());
    transport.hold_output();

    CHECK_THROWS_WITH_AS((void)send_file(transport, Descriptor()),
                         "cannot send a file: bad file descriptor", hawser::Error);
    CHECK_THROWS_WITH_AS((void)send_file(transport, Descriptor(::open("/dev/null", O_RDONLY))),
                         "cannot send what is no regular file: invalid argument", hawser::Error);
    const Outcome first(send_file(transport, file_of("one")));
    CHECK_THROWS_AS((void)send_file(transport, file_of("two")), std::logic_error);
    transport.release_output();
    CHECK(transport.sent() == "one");
    CHECK(first.sent == 3);
}

TEST_SUITE_END();
