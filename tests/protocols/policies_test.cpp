// SPDX-License-Identifier: MIT
// All policies around one factory, and what the wrapped protocols see of them: nothing.
#include "chat_server.h"

#include <hawser/core/broadcast.h>
#include <hawser/core/protocol_wrapper.h>
#include <hawser/core/transport_wrapper.h>
#include <hawser/protocols/chargen.h>
#include <hawser/protocols/limit.h>
#include <hawser/protocols/throttle.h>
#include <hawser/protocols/timeout.h>
#include <hawser/protocols/traffic_log.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using hawser::factory_for;
using hawser::Protocol;
using hawser::testing::ManualClock;
using hawser::testing::MemoryTransport;
using namespace std::chrono_literals;

namespace {

/// Every policy, with room for what the cases do.
std::shared_ptr<hawser::Factory> guarded_by_all(hawser::Clock& clock,
                                                std::shared_ptr<hawser::Factory> chat) {
    auto logged = hawser::traffic_log(std::move(chat), "chat");
    auto timed = hawser::timeout(clock, {.read = 10min, .write = 30s}, std::move(logged));
    auto slow =
        hawser::throttle(clock, {.read_rate = 100'000, .write_rate = 1'000'000}, std::move(timed));
    return hawser::limit(200, hawser::limit_per_peer(3, std::move(slow)));
}

struct Policed {
    ManualClock clock;
    const hawser::testing::LogCapture log;
    std::shared_ptr<hawser::ChatFactory> chat = std::make_shared<hawser::ChatFactory>(clock);
    std::shared_ptr<hawser::Factory> factory = guarded_by_all(clock, chat);
};

/// Somebody with nc.
struct Person {
    MemoryTransport transport;

    explicit Person(Policed& policed) : transport(policed.clock) {
        transport.attach(policed.factory->build_protocol(transport.peer()));
    }
    std::string ask(const std::string& line) {
        transport.deliver(line + "\n");
        return transport.take_sent();
    }
};

/// Keeps its connection when the peer has ended its direction or the network stops, and answers.
class Stayer final : public Protocol {
public:
    explicit Stayer(std::vector<hawser::ConnectionRef>& all) : all_(all) {}

private:
    void connection_made() override { all_.push_back(transport().ref()); }
    bool read_connection_lost() override {
        transport().write("answer");
        transport().lose_write_connection();
        return true;
    }
    void write_connection_lost() override { transport().lose_connection(); }
    bool stop_requested() override {
        transport().write("not yet");
        return true;
    }
    std::vector<hawser::ConnectionRef>& all_;
};

/// A connection whose kernel would take files: half of what it is asked.
class FileTransport final : public hawser::TransportWrapper {
public:
    std::optional<std::size_t> write_file(int, std::uint64_t, std::size_t count) override {
        asked.push_back(count);
        return count / 2;
    }
    std::vector<std::size_t> asked;
};

/// Passes a descriptor, when it is asked to a file; \p taken is what was taken of that.
class Passer final : public Protocol {
public:
    explicit Passer(std::optional<std::size_t>& taken) : taken_(taken) {}

private:
    void data_received(hawser::Bytes data) override {
        if (data == "file") {
            taken_ = transport().write_file(0, 0, 3'000'000);
        } else {
            transport().send_descriptor(0);
            transport().write("with this");
        }
    }
    std::optional<std::size_t>& taken_;
};

struct Passing {
    Policed policed;
    std::optional<std::size_t> taken;
    std::shared_ptr<hawser::Factory> factory =
        guarded_by_all(policed.clock, factory_for<Passer>(std::ref(taken)));
    MemoryTransport transport{policed.clock};
    FileTransport* file = nullptr;

    Passing() {
        auto around = std::make_unique<FileTransport>();
        file = around.get();
        transport.attach(std::make_unique<hawser::ProtocolWrapper>(
            factory->build_protocol(transport.peer()), std::move(around)));
    }
};

} // namespace

TEST_SUITE_BEGIN("policies");

TEST_CASE("a descriptor is passed through all of them") {
    Passing passing;

    passing.transport.deliver("descriptor");

    CHECK(passing.transport.take_descriptors().size() == 1);
    CHECK(passing.transport.sent() == "with this");
    CHECK(passing.policed.log.count("passed a descriptor") == 1);
}

TEST_CASE("a file passes through all of them, and each does its part") {
    Passing passing;

    passing.transport.deliver("file");

    CHECK(passing.file->asked == std::vector<std::size_t>{1'000'000}); // a second's worth
    CHECK(passing.taken == 500'000);
    CHECK(passing.policed.log.count("wrote 500000 bytes of a file") == 1);
    passing.transport.end();
    CHECK(passing.policed.log.count("4 bytes received, 500000 written") == 1);
}

TEST_CASE("the chat works behind all of them") {
    Policed policed;
    Person alice(policed);
    CHECK(alice.ask("alice").find("Welcome, alice!") != std::string::npos);
    Person bob(policed);
    bob.ask("bob");
    CHECK(alice.transport.take_sent() == "* bob has joined lobby\n");

    bob.ask("hi");
    CHECK(alice.transport.sent() == "<bob> hi\n");
    CHECK(policed.log.count("|<bob> hi.|") == 1);

    SUBCASE("who leaves is missed") {
        bob.transport.end();
        CHECK(bob.transport.lost());
        CHECK(alice.transport.sent().ends_with("* bob has left\n"));
    }
    SUBCASE("who is silent for too long is closed") {
        policed.clock.advance(9min);
        alice.ask("still here");
        policed.clock.advance(1min);
        CHECK_FALSE(bob.transport.lost()); // something may have come in this very turn
        policed.clock.advance(1ms);
        CHECK(bob.transport.lost());
        CHECK_FALSE(alice.transport.lost());
    }
    SUBCASE("a fourth from the same place is refused") {
        const Person third(policed);
        CHECK(policed.factory->build_protocol(alice.transport.peer()) == nullptr);
        CHECK(policed.factory->build_protocol(hawser::Address::parse("192.0.2.9:1")) != nullptr);
    }
}

TEST_CASE("the wrapped factory is told when the network begins and ends with it") {
    Policed policed;
    Person alice(policed);
    alice.ask("alice");

    policed.factory->do_start();
    CHECK(policed.chat->started());
    policed.factory->do_stop();
    CHECK_FALSE(policed.chat->started());
    CHECK(alice.transport.sent().ends_with("* the server is shutting down\n"));
}

TEST_CASE("broadcasts, half closes and stops pass through") {
    const hawser::testing::LogCapture log;
    ManualClock clock;
    std::vector<hawser::ConnectionRef> all;
    const auto factory = guarded_by_all(clock, factory_for<Stayer>(std::ref(all)));
    std::vector<std::unique_ptr<MemoryTransport>> transports;
    for (int i = 0; i < 3; ++i) {
        transports.push_back(std::make_unique<MemoryTransport>(clock));
        transports.back()->attach(factory->build_protocol(transports.back()->peer()));
    }

    const std::string news(5000, 'n');
    broadcast(hawser::SharedBytes(news), all);
    for (const auto& transport : transports) {
        CHECK(transport->take_sent() == news);
    }

    transports[0]->end();
    CHECK(transports[0]->sent() == "answer");
    CHECK(transports[0]->lost());
    CHECK_FALSE(all[0]);

    transports[1]->request_stop();
    CHECK(transports[1]->sent() == "not yet");
    CHECK_FALSE(transports[1]->closing());
}

TEST_CASE("producers are asked and held back through all of them") {
    const hawser::testing::LogCapture log;
    ManualClock clock;
    const auto factory = guarded_by_all(clock, factory_for<hawser::Chargen>());
    MemoryTransport transport(clock);
    transport.hold_output(20'000);
    transport.attach(factory->build_protocol(transport.peer()));

    CHECK(transport.sent().size() == 20'000);
    CHECK(transport.queued() < 7030);
    transport.hold_output(10'000);
    CHECK(transport.sent().size() == 30'000);

    transport.end();
    transport.release_output();
    CHECK(transport.lost());
    CHECK(transport.sent().size() < 40'000);
}

TEST_SUITE_END();
