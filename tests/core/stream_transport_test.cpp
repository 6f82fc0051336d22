// SPDX-License-Identifier: MIT
// What a medium sees of the base; what a protocol sees is in tests/contract.
#include <hawser/core/stream_transport.h>

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using hawser::Address;
using hawser::Bytes;
using hawser::Protocol;
using hawser::SharedBytes;
using hawser::StreamTransport;
using hawser::Turn;
using hawser::testing::ManualClock;

namespace {

/// Notes what the base asks of it, and lets the test be the loop.
class Medium final : public StreamTransport {
public:
    explicit Medium(Turn& turn) : StreamTransport(turn, Side::connected) {}
    ~Medium() override { end_protocol(); }

    using StreamTransport::broken;
    using StreamTransport::closed;
    using StreamTransport::ended;
    using StreamTransport::finished;
    using StreamTransport::open;
    using StreamTransport::reading;
    using StreamTransport::reason;
    using StreamTransport::received;
    using StreamTransport::writable;

    std::vector<std::string> asked;
    std::vector<std::vector<std::string>> sends; // each with its pieces
    std::error_code send_error;
    std::size_t room = std::numeric_limits<std::size_t>::max(); // of each send

    [[nodiscard]] Address peer() const override { return {}; }
    [[nodiscard]] Address host() const override { return {}; }

private:
    Sent send(std::span<const Bytes> pieces) noexcept override {
        std::size_t count = 0;
        for (const Bytes piece : pieces) {
            count += piece.size();
        }
        sends.emplace_back(pieces.begin(), pieces.end());
        return send_error ? Sent{0, send_error} : Sent{std::min(count, room), {}};
    }
    std::optional<std::size_t> send_from_file(int, std::uint64_t,
                                              std::size_t count) noexcept override {
        return std::min(count, room);
    }
    void watch(bool reading, bool writing) noexcept override {
        asked.push_back(std::string(reading ? "read" : "") + (writing ? "write" : ""));
    }
    void end_output() noexcept override { asked.emplace_back("end"); }
    void close(bool reset) noexcept override { asked.emplace_back(reset ? "reset" : "close"); }
};

using Asked = std::vector<std::string>;

struct Fixture {
    ManualClock clock;
    Turn turn{clock};
    Medium medium{turn};

    explicit Fixture(std::unique_ptr<Protocol> protocol = std::make_unique<Protocol>()) {
        medium.open(std::move(protocol), nullptr);
    }
};

} // namespace

TEST_SUITE_BEGIN("StreamTransport");

TEST_CASE("it is watched for reading first, and again only when the answer changes") {
    Fixture f;
    CHECK(f.medium.asked == Asked{"read"});

    f.medium.received("x");
    f.medium.pause_producing();
    f.medium.resume_producing();
    f.turn.run();
    CHECK(f.medium.asked == Asked{"read"});

    f.medium.pause_producing();
    f.turn.run();
    CHECK(f.medium.asked == Asked{"read", ""});
}

TEST_CASE("a pause stops reading at once, a resume when the protocol was told") {
    Fixture f;
    CHECK(f.medium.reading());

    f.medium.pause_producing();
    CHECK_FALSE(f.medium.reading());
    f.medium.resume_producing();
    CHECK_FALSE(f.medium.reading());
    f.turn.run();
    CHECK(f.medium.reading());
    f.medium.lose_connection();

    CHECK_FALSE(f.medium.reading());
}

TEST_CASE("all that is written in one turn is one send") {
    Fixture f;
    const SharedBytes shared(std::string(5000, 's'));

    f.medium.write("a");
    f.medium.write("b");
    f.medium.write(shared);
    f.medium.write("c");
    CHECK(f.medium.sends.empty());
    f.turn.run();

    CHECK(f.medium.sends ==
          std::vector<std::vector<std::string>>{{"ab", std::string(shared.view()), "c"}});
    CHECK(f.turn.idle());
}

TEST_CASE("small writes between shared payloads take no block each, and are one piece") {
    Fixture f;
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        f.medium.write("header ");
        f.medium.write(SharedBytes("body "));
        expected += "header body ";
    }

    f.turn.run();

    REQUIRE(f.medium.sends.size() == 1);
    CHECK(f.medium.sends[0] == std::vector<std::string>{expected});
}

TEST_CASE("an answer leaves as the callback returns") {
    struct Echo final : Protocol {
        void data_received(Bytes data) override { transport().write(data); }
    };
    Fixture f(std::make_unique<Echo>());

    f.medium.received("ping");

    CHECK(f.medium.sends == std::vector<std::vector<std::string>>{{"ping"}});
    CHECK(f.turn.idle());
}

TEST_CASE("an error from send closes, once, and nothing more is sent") {
    Fixture f;
    f.medium.send_error = std::make_error_code(std::errc::broken_pipe);

    f.medium.write("a");
    f.turn.run();
    f.medium.write("b");
    f.turn.run();
    f.medium.writable();

    CHECK(f.medium.finished());
    CHECK(f.medium.sends.size() == 1);
    CHECK(f.medium.asked == Asked{"read", "close"});
    CHECK(f.medium.queued() == 0);
}

TEST_CASE("an abort keeps its reason and its reset when the medium breaks first") {
    Fixture f;
    f.medium.abort_connection();

    f.medium.broken(std::make_error_code(std::errc::connection_reset));

    CHECK(f.medium.reason() == hawser::Errc::aborted);
    CHECK(f.medium.asked == Asked{"read", "reset"});
}

/// Sends a file without end.
struct FileSource final : hawser::Producer {
    explicit FileSource(Medium& medium) : medium_(medium) {}
    void pause_producing() override {}
    void resume_producing() override { (void)medium_.write_file(0, 0, 100'000); }
    void stop_producing() override {}
    Medium& medium_;
};

TEST_CASE("a peer stalls while a file waits for it, and no longer") {
    Fixture f;
    FileSource source(f.medium);
    f.medium.room = 10;
    f.medium.register_producer(source, false);
    f.turn.run();
    CHECK(f.medium.stalled_since() == f.clock.now());

    SUBCASE("its producer goes") {
        f.medium.unregister_producer();
        CHECK_FALSE(f.medium.stalled_since());
    }
    SUBCASE("its producer goes, and something waits behind it") {
        f.medium.write("x");
        f.medium.unregister_producer();
        CHECK(f.medium.stalled_since() == f.clock.now());
        f.medium.writable();
        CHECK_FALSE(f.medium.stalled_since());
    }
}

TEST_CASE(
    "a peer that takes a few bytes of a file now and then does not put off the end for ever") {
    Fixture f;
    FileSource source(f.medium);
    f.medium.room = 10;
    f.medium.register_producer(source, false);
    f.medium.lose_connection();
    f.turn.run();

    for (int seconds = 0; seconds < 29; ++seconds) {
        f.clock.advance(std::chrono::seconds(1));
        f.medium.writable();
    }
    CHECK_FALSE(f.medium.finished());
    f.clock.advance(std::chrono::seconds(1));

    CHECK(f.medium.finished());
    CHECK(f.medium.reason() == hawser::Errc::timed_out);
}

TEST_CASE("what is queued at the very deadline is offered before the peer is blamed") {
    Fixture f;
    FileSource source(f.medium);
    const auto written =
        f.clock.call_later(std::chrono::seconds(30), [&] { f.medium.write("just in time"); });
    f.medium.register_producer(source, true);
    f.medium.lose_connection();
    f.turn.run();

    f.clock.advance(std::chrono::seconds(30));
    f.turn.run();
    CHECK_FALSE(f.medium.finished());
    CHECK(f.medium.sends == std::vector<std::vector<std::string>>{{"just in time"}});
    f.clock.advance(std::chrono::seconds(30));

    CHECK(f.medium.finished());
}

TEST_CASE("a producer that ends at the very deadline has ended in time") {
    Fixture f;
    FileSource source(f.medium);
    const auto ended =
        f.clock.call_later(std::chrono::seconds(30), [&] { f.medium.unregister_producer(); });
    f.medium.register_producer(source, true);
    f.medium.lose_connection();
    f.turn.run();

    f.clock.advance(std::chrono::seconds(30));
    f.turn.run();

    CHECK(f.medium.finished());
    CHECK(f.medium.reason() == std::error_code());
}

TEST_CASE("a transport may go while it waits for its turn") {
    ManualClock clock;
    Turn turn(clock);
    {
        Medium medium(turn);
        medium.open(std::make_unique<Protocol>(), nullptr);
        medium.write("a");
        CHECK_FALSE(turn.idle());
    }

    CHECK(turn.idle());
    CHECK_FALSE(turn.run());
}

TEST_CASE("work that callbacks ask for is for the next turn, and run says so") {
    struct Resuming final : Protocol {
        void read_resumed() override { transport().write("more"); }
    };
    Fixture f(std::make_unique<Resuming>());
    f.medium.pause_producing();
    f.medium.resume_producing();

    CHECK(f.turn.run());
    CHECK(f.medium.sends.empty());
    CHECK_FALSE(f.turn.run());

    CHECK(f.medium.sends.size() == 1);
}

TEST_SUITE_END();
