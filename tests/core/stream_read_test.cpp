// SPDX-License-Identifier: MIT
#include "stream_fixture.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using namespace stream_test; // NOLINT(google-build-using-namespace): this file is its cases

TEST_SUITE_BEGIN("Stream: reading");

TEST_CASE("read_some gives what is there, or waits for something") {
    Session session;
    session.transport.deliver("hello");
    CHECK(Outcome(session.stream->read_some(4)).value() == "hell");
    CHECK(Outcome(session.stream->read_some()).value() == "o");

    const Outcome waiting = session.stream->read_some();
    CHECK_FALSE(waiting.done());
    session.transport.deliver("more");
    CHECK(waiting.value() == "more");
}

TEST_CASE("each read gives the same however the bytes are split") {
    for (std::size_t chunk = 1; chunk <= 9; ++chunk) {
        CAPTURE(chunk);
        Session session;
        const auto read = [&](Deferred<Text> deferred) {
            Outcome<Text> outcome(std::move(deferred));
            return outcome;
        };
        const Outcome first = read(session.stream->read_line());
        session.transport.deliver("one\r\n\ntwo\nabc--de-f--rest", chunk);
        CHECK(first.value() == "one");
        CHECK(read(session.stream->read_line()).value() == "");
        CHECK(read(session.stream->read_line()).value() == "two");
        CHECK(read(session.stream->read_exactly(2)).value() == "ab");
        CHECK(read(session.stream->read_until("--")).value() == "c");
        CHECK(read(session.stream->read_until("--")).value() == "de-f");
        CHECK(read(session.stream->read_exactly(0)).value() == "");
        CHECK(read(session.stream->read_exactly(4)).value() == "rest");
    }
}

TEST_CASE("at the peer's end every read gives null, and a last line may lack its end") {
    Session session;
    session.transport.deliver("one\ntwo");
    session.transport.end();

    CHECK(Outcome(session.stream->read_line()).value() == "one");
    CHECK(Outcome(session.stream->read_line()).value() == "two");
    for (int again = 0; again < 2; ++again) {
        CHECK(Outcome(session.stream->read_line()).value() == std::nullopt);
        CHECK(Outcome(session.stream->read_some()).value() == std::nullopt);
        CHECK(Outcome(session.stream->read_exactly(1)).value() == std::nullopt);
        const Outcome until = session.stream->read_until("x");
        CHECK(until.done());
        CHECK(until.value() == std::nullopt);
    }
}

TEST_CASE("an end in the middle is an error, and what came is still there") {
    Session session;
    const Outcome exactly = session.stream->read_exactly(10);
    session.transport.deliver("abc");
    session.transport.end();

    CHECK(exactly.error() == Errc::incomplete);
    CHECK(Outcome(session.stream->read_until("x")).error() == Errc::incomplete);
    CHECK(Outcome(session.stream->read_some()).value() == "abc");
}

TEST_CASE("a connection that breaks fails a read, after what came before") {
    Session session;
    session.transport.deliver("last words");
    session.transport.lose(std::make_error_code(std::errc::connection_reset));

    CHECK(Outcome(session.stream->read_some()).value() == "last words");
    CHECK(Outcome(session.stream->read_some()).error() == std::errc::connection_reset);
    CHECK(Outcome(session.stream->read_line()).error() == std::errc::connection_reset);

    Session waiting;
    const Outcome read = waiting.stream->read_line();
    waiting.transport.deliver("half a li");
    waiting.transport.lose(std::make_error_code(std::errc::connection_reset));
    CHECK(read.error() == std::errc::connection_reset);
}

TEST_CASE("a line over its limit is an error that takes nothing") {
    for (const std::string_view end : {"\n", "\r\n"}) {
        Session session;
        session.transport.deliver("12345" + std::string(end) + "123456" + std::string(end));
        CHECK(Outcome(session.stream->read_line(5)).value() == "12345");
        CHECK(Outcome(session.stream->read_line(5)).error() == Errc::line_too_long);
        CHECK(Outcome(session.stream->read_line(6)).value() == "123456");
    }

    Session unfinished;
    const Outcome line = unfinished.stream->read_line(5);
    unfinished.transport.deliver("12345\r");
    CHECK_FALSE(line.done()); // its end may follow
    unfinished.transport.deliver("x");
    CHECK(line.error() == Errc::line_too_long);

    const Outcome until = unfinished.stream->read_until("--", 7);
    unfinished.transport.deliver("-");
    CHECK_FALSE(until.done());
    unfinished.transport.deliver("-");
    CHECK(until.error() == std::error_code());
    CHECK(until.value() == "12345\rx");
}

TEST_CASE("a last line without its end has a limit too, and no limit is none") {
    Session session;
    session.transport.deliver("hello\nabcde");
    session.transport.end();
    constexpr auto unlimited = std::string::npos;
    CHECK(Outcome(session.stream->read_until("\n", unlimited)).value() == "hello");
    CHECK(Outcome(session.stream->read_line(4)).error() == Errc::line_too_long);
    CHECK(Outcome(session.stream->read_line(unlimited)).value() == "abcde");
}

TEST_CASE("a read that is dropped or canceled takes nothing") {
    Session session;
    Outcome dropped = session.stream->read_line();
    session.transport.deliver("on");
    dropped.drop();
    session.transport.deliver("e\n");
    Outcome canceled = session.stream->read_exactly(10);
    canceled.cancel();

    CHECK(canceled.error() == Errc::canceled);
    CHECK_FALSE(dropped.done());
    CHECK(Outcome(session.stream->read_line()).value() == "one");
}

TEST_CASE("two reads at once are refused, and the first one stays") {
    Session session;
    const Outcome first = session.stream->read_line();
    CHECK_THROWS_AS((void)session.stream->read_some(), std::logic_error);
    session.transport.deliver("one\n");
    CHECK(first.value() == "one");
}

TEST_CASE("while nobody reads, the peer is held back above the mark") {
    constexpr std::size_t mark = 64 * 1024;
    Session session;
    session.transport.deliver(std::string(4 * mark, 'x'), 1000);
    CHECK(session.transport.paused());

    std::size_t read = 0;
    while (session.transport.paused()) {
        read += Outcome(session.stream->read_some(1000)).value()->size();
    }
    CHECK(read >= mark - 16 * 1024);
    CHECK(read <= mark + 1000);

    const Outcome rest = session.stream->read_exactly(4 * mark - read); // a reader may want more
    session.transport.turn();
    CHECK(rest.done());
    CHECK(rest.value()->size() == 4 * mark - read);
}

TEST_CASE("a read may go on from the result of the one before") {
    Session session;
    std::vector<std::string> lines;
    struct Reader {
        static Deferred<> all(Stream& stream, std::vector<std::string>& lines) {
            return stream.read_line().then([&](const Text& line) -> Deferred<> {
                if (!line) {
                    return Deferred<>::succeed();
                }
                lines.push_back(*line);
                return all(stream, lines);
            });
        }
    };
    const Outcome all = Reader::all(*session.stream, lines);

    for (int i = 0; i < 1000; ++i) {
        session.transport.deliver("a\nb\n");
    }
    session.transport.end();

    CHECK(all.done());
    CHECK(lines.size() == 2000);
}

TEST_SUITE_END();
