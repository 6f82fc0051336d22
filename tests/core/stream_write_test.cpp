// SPDX-License-Identifier: MIT
#include "stream_fixture.h"

#include <hawser/core/transport.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

using namespace stream_test; // NOLINT(google-build-using-namespace): this file is its cases

TEST_SUITE_BEGIN("Stream: writing and ending");

TEST_CASE("a write is queued at once, and waits only above the mark") {
    Session session({.write_high_mark = 10, .write_low_mark = 4});
    session.transport.hold_output();
    CHECK(Outcome(session.stream->write("0123456789")).done());
    const Outcome waiting = session.stream->write("x");
    const Outcome also = session.stream->write(hawser::SharedBytes("y"));
    CHECK_FALSE(waiting.done());
    CHECK(session.stream->transport()->queued() == 12);

    session.transport.hold_output(7); // 5 are left
    session.transport.turn();
    CHECK_FALSE(waiting.done());
    session.transport.hold_output(1);
    session.transport.turn();
    CHECK(waiting.done());
    CHECK(also.done());
    session.transport.release_output();
    CHECK(session.transport.sent() == "0123456789xy");
}

TEST_CASE("dropping a write's Deferred does not take it back") {
    Session session({.write_high_mark = 1, .write_low_mark = 0});
    session.transport.hold_output();
    { const Outcome dropped = session.stream->write("hello"); }
    const Outcome waiting = session.stream->write("!");
    session.transport.release_output();
    session.transport.turn();
    CHECK(session.transport.sent() == "hello!");
    CHECK(waiting.done());
}

TEST_CASE("drain waits until all is sent") {
    Session session;
    CHECK(Outcome(session.stream->drain()).done());
    session.transport.hold_output();
    const Outcome written = session.stream->write("hello");
    CHECK(written.done());
    const Outcome drained = session.stream->drain();
    session.transport.hold_output(4);
    session.transport.turn();
    CHECK_FALSE(drained.done());
    session.transport.release_output();
    session.transport.turn();
    CHECK(drained.done());
}

TEST_CASE("a drain and a write above the mark wait together") {
    for (const bool drain_first : {true, false}) {
        CAPTURE(drain_first);
        Session session({.write_high_mark = 2, .write_low_mark = 1});
        session.transport.hold_output();
        const Outcome first = session.stream->write("a");
        std::optional<Outcome<void>> drained;
        if (drain_first) {
            drained.emplace(session.stream->drain());
        }
        const Outcome written = session.stream->write("bcdef");
        if (!drain_first) {
            drained.emplace(session.stream->drain());
        }
        CHECK_FALSE(written.done());
        session.transport.release_output();
        session.transport.turn();
        CHECK(written.done());
        CHECK(drained->done());
    }
}

TEST_CASE("a drain that was dropped holds no write back") {
    Session session;
    session.transport.hold_output();
    const Outcome first = session.stream->write("hello");
    { const Outcome dropped = session.stream->drain(); }
    CHECK(Outcome(session.stream->write("again")).done());
}

TEST_CASE("drain and finish wait for each other's bytes, in either order") {
    for (const bool finish_first : {true, false}) {
        CAPTURE(finish_first);
        Session session({.write_high_mark = 2, .write_low_mark = 1});
        session.transport.hold_output();
        const Outcome written = session.stream->write("hello");
        std::optional<Outcome<void>> finished;
        if (finish_first) {
            finished.emplace(session.stream->finish());
        }
        const Outcome drained = session.stream->drain();
        if (!finish_first) {
            finished.emplace(session.stream->finish());
        }
        session.transport.turn();
        CHECK_FALSE(written.done());
        CHECK_FALSE(drained.done());
        CHECK_FALSE(finished->done());
        session.transport.release_output();
        session.transport.turn();
        CHECK(written.value());
        CHECK(drained.value());
        CHECK(finished->value());
        CHECK(session.transport.output_ended());
    }
}

TEST_CASE("drain fails when what was written will not be sent") {
    for (const bool aborted : {true, false}) {
        CAPTURE(aborted);
        Session session({.write_high_mark = 2, .write_low_mark = 1, .write_limit = 8});
        session.transport.hold_output();
        const Outcome written = session.stream->write("hello");
        if (aborted) {
            session.stream->abort();
        } else {
            const Outcome over = session.stream->write("hello");
        }
        const Outcome drained = session.stream->drain();
        CHECK_FALSE(drained.done());
        session.transport.turn();
        CHECK(drained.error() == (aborted ? Errc::aborted : Errc::write_limit));
    }
}

TEST_CASE("drain during a close is done when all is sent") {
    Session session;
    session.transport.hold_output();
    const Outcome written = session.stream->write("hello");
    const Outcome closed = session.stream->close();
    const Outcome drained = session.stream->drain();
    session.transport.turn();
    CHECK_FALSE(drained.done());
    session.transport.release_output();
    session.transport.turn();
    CHECK(drained.value());
    CHECK(closed.value());
}

TEST_CASE("many writes that nobody awaits cost time in proportion") {
    Session session({.write_high_mark = 1, .write_low_mark = 0});
    session.transport.hold_output();
    int failed = 0;
    for (int i = 0; i < 200'000; ++i) { // in the square of it this would be minutes
        session.stream->write("0123456789").detach([&](std::exception_ptr) { ++failed; });
    }
    session.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(failed == 200'000);
}

TEST_CASE("what fails with the connection is not logged for each call that nobody awaits") {
    const hawser::testing::LogCapture log;
    Session session;
    session.transport.lose(std::make_error_code(std::errc::connection_reset));

    for (int i = 0; i < 3; ++i) {
        (void)session.stream->write("hello");
        (void)session.stream->finish();
        (void)session.stream->close();
    }
    CHECK(log.lines().empty());

    // It is told all the same, to who asks, and where more hangs on it.
    CHECK(Outcome(session.stream->write("hello")).error() == std::errc::connection_reset);
    CHECK(Outcome(session.stream->read_some()).error() == std::errc::connection_reset);
    (void)session.stream->write("hello").then([] {});
    CHECK(log.count("unhandled failure: writing to 192.0.2.1:50000: connection reset") == 1);
}

TEST_CASE("a write after our own finish is logged, for nothing else tells of it") {
    const hawser::testing::LogCapture log;
    Session session;
    const Outcome finished = session.stream->finish();

    (void)session.stream->write("too late");

    CHECK(log.count("unhandled failure: writing to 192.0.2.1:50000: broken pipe") == 1);
}

TEST_CASE("a write after our own close is logged, while it goes on and after it") {
    const hawser::testing::LogCapture log;
    Session session;
    const Outcome closed = session.stream->close();

    (void)session.stream->write("too late");
    CHECK(log.count("unhandled failure: writing to 192.0.2.1:50000: broken pipe") == 1);
    session.transport.turn();
    CHECK(closed.done());
    (void)session.stream->write("later still");

    CHECK(log.count("unhandled failure: writing to 192.0.2.1:50000: broken pipe") == 2);
}

TEST_CASE("the peer's end can be waited for without reading") {
    Session session;
    const Outcome ended = session.stream->peer_ended();
    session.transport.deliver("last");
    CHECK_FALSE(ended.done());
    session.transport.end();
    CHECK(ended.done());
    CHECK(Outcome(session.stream->peer_ended()).done());
    CHECK(Outcome(session.stream->read_line()).value() == "last");
}

TEST_CASE("finish ends our direction, and reading goes on") {
    Session session;
    const Outcome written = session.stream->write("bye");
    const Outcome finished = session.stream->finish();
    session.transport.turn();
    CHECK(session.transport.sent() == "bye");
    CHECK(session.transport.output_ended());
    CHECK(finished.done());
    CHECK(Outcome(session.stream->finish()).done());
    CHECK(Outcome(session.stream->write("x")).error() == std::errc::broken_pipe);

    session.transport.deliver("answer\n");
    CHECK(Outcome(session.stream->read_line()).value() == "answer");
}

TEST_CASE("the peer's end leaves writing open") {
    Session session;
    session.transport.deliver("question");
    session.transport.end();
    CHECK(Outcome(session.stream->read_line()).value() == "question");
    CHECK(Outcome(session.stream->write("answer")).done());
    const Outcome closed = session.stream->close();
    CHECK(session.transport.sent() == "answer");
    CHECK(closed.done());
    CHECK(closed.error() == std::error_code());
}

TEST_CASE("closed tells the end, orderly or not, before and after it") {
    Session orderly;
    const Outcome first = orderly.stream->closed();
    const Outcome second = orderly.stream->closed();
    const Outcome closing = orderly.stream->close();
    orderly.transport.turn();
    CHECK(first.value());
    CHECK(second.value());
    CHECK(closing.value());
    CHECK(Outcome(orderly.stream->closed()).value());
    CHECK(orderly.stream->transport() == nullptr);

    Session reset;
    const Outcome waiting = reset.stream->closed();
    reset.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(waiting.error() == std::errc::connection_reset);
    CHECK(Outcome(reset.stream->closed()).error() == std::errc::connection_reset);
    CHECK(Outcome(reset.stream->write("x")).error() == std::errc::connection_reset);
}

TEST_CASE("a connection that breaks fails all that waits") {
    Session session({.write_high_mark = 1, .write_low_mark = 0});
    session.transport.hold_output();
    const Outcome written = session.stream->write("hello");
    const Outcome drained = session.stream->drain();
    const Outcome finished = session.stream->finish();
    session.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(written.error() == std::errc::connection_reset);
    CHECK(drained.error() == std::errc::connection_reset);
    CHECK(finished.error() == std::errc::connection_reset);
}

TEST_CASE("more than the cap aborts, and the write says so") {
    Session session({.write_high_mark = 8, .write_low_mark = 4, .write_limit = 16});
    session.transport.hold_output();
    const Outcome written = session.stream->write(std::string(17, 'x'));
    session.transport.turn();
    CHECK(written.error() == Errc::write_limit);
}

TEST_CASE("abort resets") {
    Session session;
    const Outcome closed = session.stream->closed();
    session.stream->abort();
    session.stream->abort();
    session.transport.turn();
    CHECK(session.transport.aborted());
    CHECK(closed.error() == Errc::aborted);
}

TEST_CASE("dropping the Stream sends what was written, and closes") {
    Session session;
    const Outcome written = session.stream->write("bye");
    session.stream.reset();
    CHECK(session.transport.sent() == "bye");
    CHECK(session.transport.output_ended());
    CHECK(session.transport.lost());
    CHECK_FALSE(session.transport.aborted());
}

TEST_CASE("a close that begins elsewhere is not held up by who waits to write") {
    Session session({.write_high_mark = 4, .write_low_mark = 1});
    session.transport.hold_output();
    const Outcome written = session.stream->write("hello");
    session.transport.lose_connection(); // the reactor stops
    session.transport.turn();
    session.transport.release_output();
    session.transport.turn();
    CHECK(session.transport.sent() == "hello");
    CHECK(session.transport.lost());
    CHECK(written.done());
}

TEST_SUITE_END();
