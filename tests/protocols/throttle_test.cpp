// SPDX-License-Identifier: MIT
#include <hawser/protocols/throttle.h>

#include <hawser/core/protocol_wrapper.h>
#include <hawser/core/serve.h>
#include <hawser/core/transport_wrapper.h>
#include <hawser/protocols/chargen.h>
#include <hawser/protocols/echo.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

using hawser::Bytes;
using hawser::Echo;
using hawser::factory_for;
using hawser::Protocol;
using hawser::throttle;
using hawser::testing::LogCapture;
using hawser::testing::ManualClock;
using hawser::testing::MemoryTransport;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t rate = 10'000; // bytes per second

struct Sink final : Protocol {
    explicit Sink(std::size_t& count) : count_(count) {}
    void data_received(Bytes data) override { count_ += data.size(); }
    std::size_t& count_;
};

/// Shows the transport that it sees.
struct Shown final : Protocol {
    Shown(std::size_t& count, hawser::Transport*& seen) : count_(count), seen_(seen) {}
    void connection_made() override { seen_ = &transport(); }
    void data_received(Bytes data) override { count_ += data.size(); }
    std::size_t& count_;
    hawser::Transport*& seen_;
};

/// Writes pieces for as long as it may, as a push producer, and looks at nothing else.
class Fountain final : public Protocol, private hawser::Producer {
public:
    explicit Fountain(std::size_t piece) : piece_(piece) {}

private:
    void connection_made() override {
        transport().register_producer(*this, true);
        pour();
    }
    void pause_producing() override { paused_ = true; }
    void resume_producing() override {
        paused_ = false;
        pour();
    }
    void stop_producing() override { paused_ = true; }
    void pour() {
        while (!paused_) {
            transport().write(std::string(piece_, 'x'));
        }
    }

    std::size_t piece_;
    bool paused_ = false;
};

/// Answers with two seconds' worth. Notes when it may write, and what the transport says of it.
struct Listening final : Protocol {
    explicit Listening(std::vector<std::string>& seen) : seen_(seen) {}
    void data_received(Bytes) override { transport().write(std::string(2 * rate, 'x')); }
    void write_paused() override { seen_.emplace_back(transport().full() ? "full" : "?"); }
    void write_resumed() override { seen_.emplace_back(transport().full() ? "?" : "free"); }
    std::vector<std::string>& seen_;
};

/// Gives four pieces when asked, and has asked for the end before.
class Giver final : public Protocol, private hawser::Producer {
    void connection_made() override {
        transport().register_producer(*this, false);
        transport().lose_connection();
    }
    void pause_producing() override {}
    void resume_producing() override {
        if (pieces_-- > 0) {
            transport().write(std::string(rate, 'x'));
        } else {
            transport().unregister_producer();
        }
    }
    void stop_producing() override {}
    int pieces_ = 4;
};

struct Thrower final : Protocol {
    void connection_made() override { transport().write(std::string(2 * rate, 'x')); }
    void write_paused() override { throw std::runtime_error("no"); }
};

hawser::Deferred<> pour(hawser::Stream stream) {
    while (true) {
        co_await stream.write(std::string(100, 'x'));
    }
}

/// Connections of one factory, on one clock.
struct Throttled {
    ManualClock clock;
    std::shared_ptr<hawser::Factory> factory;
    std::vector<std::unique_ptr<MemoryTransport>> transports;

    Throttled(const hawser::ThrottleRates& rates, std::shared_ptr<hawser::Factory> wrapped)
        : factory(throttle(clock, rates, std::move(wrapped))) {}

    MemoryTransport& connect(hawser::TransportLimits limits = {}) {
        transports.push_back(std::make_unique<MemoryTransport>(clock, limits));
        transports.back()->attach(factory->build_protocol({}));
        return *transports.back();
    }
    void pass(milliseconds time) {
        for (milliseconds gone{0}; gone < time; ++gone) {
            clock.advance(1ms);
            for (const auto& transport : transports) {
                transport->turn();
            }
        }
    }
    /// What went out on all of them.
    std::size_t sent() {
        std::size_t count = 0;
        for (const auto& transport : transports) {
            count += transport->sent().size();
        }
        return count;
    }
};

} // namespace

TEST_SUITE_BEGIN("throttle");

TEST_CASE("a resume without a pause, which does nothing, does not end a hold") {
    std::size_t read = 0;
    hawser::Transport* seen = nullptr;
    Throttled throttled({.read_rate = rate}, factory_for<Shown>(std::ref(read), std::ref(seen)));
    throttled.connect().deliver(std::string(3 * rate, 'x'), 100);
    const std::size_t before = read;
    REQUIRE(before < 2 * rate);

    seen->resume_producing();
    throttled.transports[0]->turn();
    CHECK(read == before);

    seen->pause_producing();
    throttled.pass(3s);
    CHECK(read == before);
    seen->resume_producing();
    throttled.pass(3s);
    CHECK(read == 3 * rate);
}

TEST_CASE("all connections together are read at the rate, to the byte") {
    std::size_t read = 0;
    Throttled throttled({.read_rate = rate}, factory_for<Sink>(std::ref(read)));
    constexpr std::size_t piece = 37;
    for (int i = 0; i < 3; ++i) {
        throttled.connect();
    }
    for (const auto& transport : throttled.transports) {
        transport->deliver(std::string(50'000, 'x'), piece);
    }

    for (std::size_t second = 0; second <= 12; ++second) {
        CAPTURE(second);
        CHECK(read >= rate * (second + 1)); // the burst, and what has come since
        CHECK(read < rate * (second + 1) + 3 * piece);
        throttled.pass(1s);
    }
    throttled.pass(3s);
    CHECK(read == 150'000);
}

TEST_CASE("those that wait are read in turn, and a new one waits behind them") {
    Throttled throttled({.read_rate = rate}, factory_for<Echo>());
    for (int i = 0; i < 3; ++i) {
        throttled.connect();
    }
    for (const auto& transport : throttled.transports) {
        transport->deliver(std::string(100'000, 'x'), 1000);
    }
    throttled.connect().deliver(std::string(100'000, 'x'), 1000);
    CHECK(throttled.transports[3]->sent().empty());

    for (const auto& transport : throttled.transports) {
        (void)transport->take_sent();
    }
    throttled.pass(20s);

    for (const auto& transport : throttled.transports) {
        CHECK(transport->sent().size() >= 49'000);
        CHECK(transport->sent().size() <= 51'000);
    }
}

TEST_CASE("one that waits and then has nothing to read does not hold up the others") {
    std::size_t read = 0;
    Throttled throttled({.read_rate = rate}, factory_for<Sink>(std::ref(read)));
    MemoryTransport& quiet = throttled.connect();
    MemoryTransport& busy = throttled.connect();
    quiet.deliver(std::string(rate, 'x'));
    busy.deliver(std::string(20'000, 'x'), 100);

    throttled.pass(2s);

    CHECK(read >= 3 * rate - 200);
}

TEST_CASE("after a rest a second's worth goes through at once, and no more") {
    std::size_t read = 0;
    Throttled throttled({.read_rate = rate}, factory_for<Sink>(std::ref(read)));
    MemoryTransport& transport = throttled.connect();
    throttled.clock.advance(1h);

    transport.deliver(std::string(50'000, 'x'), 100);

    CHECK(read == rate);
    CHECK(transport.paused());
}

TEST_CASE("push producers are paused and resumed, so that all write at the rate, to the byte") {
    Throttled throttled({.write_rate = rate}, factory_for<Fountain>(41U));
    for (int i = 0; i < 3; ++i) {
        throttled.connect();
    }

    for (std::size_t second = 0; second <= 100; ++second) {
        CAPTURE(second);
        const std::size_t sent = throttled.sent();
        CHECK(sent >= rate * (second + 1));
        CHECK(sent < rate * (second + 1) + 4 * 41);
        throttled.pass(1s);
    }
    CHECK(throttled.transports[0]->queued() == 0); // nothing is kept for later
}

TEST_CASE("pull producers are asked at the rate") {
    Throttled throttled({.write_rate = rate}, factory_for<hawser::Chargen>());
    throttled.connect();
    throttled.connect();

    for (std::size_t second = 0; second <= 100; ++second) {
        CAPTURE(second);
        const std::size_t sent = throttled.sent();
        CHECK(sent >= rate * (second + 1));
        CHECK(sent < rate * (second + 1) + 3 * 7030);
        throttled.pass(1s);
    }
}

TEST_CASE("an echo is held back by not being read") {
    Throttled throttled({.write_rate = rate}, factory_for<Echo>());
    MemoryTransport& transport = throttled.connect();
    const std::string much(55'000, 'x');

    transport.deliver(much, 50);

    CHECK(transport.sent().size() == rate);
    CHECK(transport.paused());
    throttled.pass(2s);
    CHECK(transport.sent().size() >= 3 * rate);
    CHECK(transport.sent().size() <= 3 * rate + 50);
    throttled.pass(3s);
    CHECK(transport.sent() == much);
    CHECK_FALSE(transport.paused());
}

TEST_CASE("a protocol is told when it may not write and when it may") {
    std::vector<std::string> seen;
    Throttled throttled({.write_rate = rate}, factory_for<Listening>(std::ref(seen)));
    MemoryTransport& transport = throttled.connect({.write_high_mark = 15'000});

    SUBCASE("because of the rate") {
        transport.deliver("x");
        CHECK(seen.empty());
        throttled.pass(1ms);
        CHECK(seen == std::vector<std::string>{"full"});
        throttled.pass(999ms);
        CHECK(seen == std::vector<std::string>{"full"});
        throttled.pass(1ms);
        CHECK(seen == std::vector<std::string>{"full", "free"});
    }
    SUBCASE("because of the queue too, and only when both are over") {
        transport.hold_output();
        transport.deliver("x");
        throttled.pass(2s);
        CHECK(seen == std::vector<std::string>{"full"});

        transport.release_output();
        CHECK(seen == std::vector<std::string>{"full", "free"});
    }
    SUBCASE("but not any more when it ends") {
        transport.deliver("x");
        transport.lose_connection();
        throttled.pass(2s);
        CHECK(seen.empty());
        CHECK(transport.lost());
    }
}

TEST_CASE("a stream's writes wait for the rate") {
    Throttled throttled({.write_rate = rate}, hawser::serve(pour));
    MemoryTransport& transport = throttled.connect();

    throttled.pass(10s);

    CHECK(throttled.sent() >= 11 * rate);
    CHECK(throttled.sent() < 11 * rate + 200);
    transport.lose(std::make_error_code(std::errc::connection_reset));
}

TEST_CASE("what waits and is lost lets the others go on") {
    Throttled throttled({.read_rate = rate, .write_rate = rate}, factory_for<Echo>());
    for (int i = 0; i < 3; ++i) {
        throttled.connect().deliver(std::string(5 * rate, 'x'), 5000);
    }
    throttled.transports[0]->lose(std::make_error_code(std::errc::connection_reset));
    throttled.transports.erase(throttled.transports.begin() + 1);

    throttled.pass(10s);

    CHECK(throttled.transports[1]->sent().size() == 5 * rate);
}

TEST_CASE("an end waits for the last byte of a producer that is held back") {
    Throttled throttled({.write_rate = rate}, factory_for<Giver>());
    MemoryTransport& transport = throttled.connect();
    CHECK(transport.closing());
    CHECK_FALSE(transport.lost());

    throttled.pass(3s + 1ms);

    CHECK(transport.sent().size() == 40'000);
    CHECK(transport.lost());
    CHECK_FALSE(transport.aborted());
}

TEST_CASE("an end that waits for its turn to write is not at its deadline") {
    Throttled throttled({.write_rate = rate}, factory_for<Giver>());
    hawser::TransportLimits limits;
    limits.close_timeout = 500ms; // each waits longer between its pieces
    throttled.connect(limits);
    throttled.connect(limits);
    throttled.connect(limits);

    throttled.pass(12s + 1ms);

    for (const auto& transport : throttled.transports) {
        CHECK(transport->sent().size() == 40'000);
        CHECK(transport->lost());
        CHECK_FALSE(transport->aborted());
    }
}

TEST_CASE("an exception of what is told from a timer ends its connection alone") {
    const LogCapture log;
    Throttled throttled({.write_rate = rate}, factory_for<Thrower>());
    MemoryTransport& transport = throttled.connect();

    throttled.pass(1ms);

    CHECK(transport.lost());
    CHECK(log.count("Thrower::write_paused threw: no") == 1);
}

TEST_CASE("without rates nothing is held") {
    Throttled throttled({}, factory_for<Echo>());
    MemoryTransport& transport = throttled.connect();
    const std::string much(1'000'000, 'x');

    transport.deliver(much);

    CHECK(transport.sent() == much);
    CHECK(throttled.clock.scheduled() == 0);
}

TEST_CASE("what is sent of a file counts") {
    struct FileTransport final : hawser::TransportWrapper {
        std::optional<std::size_t> write_file(int, std::uint64_t, std::size_t count) override {
            return count;
        }
    };
    struct Sender final : Protocol {
        void connection_made() override {
            CHECK(transport().write_file(0, 0, rate / 2) == rate / 2);
            CHECK_FALSE(transport().full());
            CHECK(transport().write_file(0, rate / 2, rate / 2) == rate / 2);
            CHECK(transport().full());
        }
    };
    ManualClock clock;
    MemoryTransport transport(clock);
    const auto factory = throttle(clock, {.write_rate = rate}, factory_for<Sender>());
    transport.attach(std::make_unique<hawser::ProtocolWrapper>(
        factory->build_protocol(transport.peer()), std::make_unique<FileTransport>()));
}

TEST_SUITE_END();
