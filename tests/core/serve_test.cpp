// SPDX-License-Identifier: MIT
#include "stream_fixture.h"

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace stream_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::testing::LogCapture;

TEST_SUITE_BEGIN("serve");

TEST_CASE("the handler is given the Stream of each connection") {
    int sessions = 0;
    const auto factory = hawser::serve([&](Stream stream) {
        ++sessions;
        const Outcome written = stream.write("hello " + std::to_string(sessions));
        return Deferred<>::succeed();
    });
    for (const char* expected : {"hello 1", "hello 2"}) {
        MemoryTransport transport;
        transport.attach(factory->build_protocol({}));
        CHECK(transport.sent() == expected);
        CHECK(transport.lost()); // the session is over, and its Stream with it
        CHECK_FALSE(transport.aborted());
    }
}

TEST_CASE("a session that fails or throws aborts its connection, with a report") {
    for (const bool throws : {true, false}) {
        CAPTURE(throws);
        const LogCapture log;
        const auto factory = hawser::serve([&](Stream) -> Deferred<> {
            if (throws) {
                throw std::runtime_error("no disk");
            }
            return Deferred<>::fail(std::make_exception_ptr(std::runtime_error("no disk")));
        });
        MemoryTransport transport;
        transport.set_peer(hawser::Address::parse("192.0.2.1:7"));
        transport.attach(factory->build_protocol({}));
        CHECK(transport.aborted());
        CHECK(log.count("error serve: a session failed: no disk") == 1);
    }
}

TEST_CASE("a session outlives a connection that goes without an end") {
    std::optional<Stream> kept;
    const auto factory = hawser::serve([&](Stream stream) {
        kept.emplace(std::move(stream));
        return kept->closed();
    });
    {
        MemoryTransport transport;
        transport.attach(factory->build_protocol({}));
    }

    const Outcome written = kept->write("nobody hears this");
    CHECK(written.error() == hawser::Errc::aborted);
    kept.reset();
}

TEST_CASE("a session that fails because its connection did is no news") {
    const LogCapture log;
    const auto factory = hawser::serve([](Stream stream) -> Deferred<> {
        auto kept = std::make_shared<Stream>(std::move(stream));
        return kept->read_line().then([kept](const Text&) {});
    });
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(log.count("error") == 0);
}

TEST_CASE("a fault of the peer does not fill the error log") {
    const LogCapture log;
    const auto factory = hawser::serve([](Stream stream) -> Deferred<> {
        auto kept = std::make_shared<Stream>(std::move(stream));
        return kept->read_exactly(10).then([kept](const Text&) {});
    });
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    transport.deliver("abc");
    transport.end();
    CHECK(transport.aborted());
    CHECK(log.count("error") == 0);
    CHECK(log.count("info serve: a session failed") == 1);
}

TEST_CASE("when the network stops, what was asked is answered, then comes the end") {
    Session session;
    session.transport.hold_output();
    const Outcome answered = session.stream->write("answer 1\n");
    session.transport.deliver("question 2\nques");
    session.transport.request_stop();

    CHECK(Outcome(session.stream->read_line()).value() == "question 2");
    CHECK(Outcome(session.stream->write("answer 2\n")).done());
    const Outcome half = session.stream->read_exactly(9);
    CHECK(half.done());
    CHECK_FALSE(half.value());
    session.stream.reset();
    session.running->resolve();
    session.transport.release_output();
    CHECK(session.transport.sent() == "answer 1\nanswer 2\n");
    CHECK(session.transport.lost());
    CHECK_FALSE(session.transport.aborted());
}

TEST_CASE("a line that the peer has begun when the network stops is not taken for a whole one") {
    Session session;
    session.transport.deliver("transfer 10");
    const Outcome waiting = session.stream->read_line();
    session.transport.request_stop();
    CHECK(waiting.done());
    CHECK_FALSE(waiting.value());

    session.transport.deliver("00\n"); // it is whole after all, and was asked
    CHECK(Outcome(session.stream->read_line()).value() == "transfer 1000");

    session.transport.deliver("and more");
    session.transport.end(); // by the peer: so a last line may lack its end
    CHECK(Outcome(session.stream->read_line()).value() == "and more");
}

TEST_CASE("a session that fails to write while it closes loses no answer") {
    Session session;
    session.transport.hold_output();
    const Outcome answered = session.stream->write("answer");
    session.transport.lose_connection();
    session.stream->write("late").detach([&](std::exception_ptr error) {
        session.running->fail(std::move(error)); // as a coroutine would
    });
    session.transport.release_output();
    CHECK(session.transport.sent() == "answer");
    CHECK_FALSE(session.transport.aborted());
}

TEST_CASE("a session may outlive its connection, and is canceled with its factory") {
    Session session;
    bool canceled = false;
    session.running->on_cancel([&] { canceled = true; });
    session.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK_FALSE(canceled);
    session.factory.reset();
    CHECK(canceled);
}

TEST_SUITE_END();
