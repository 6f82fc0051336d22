// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using hawser::Address;
using hawser::Bytes;
using hawser::Errc;
using hawser::Protocol;
using hawser::testing::MemoryTransport;

namespace {

/// Keeps each piece it was given, and does \p on_data.
class Collector final : public Protocol {
public:
    explicit Collector(std::function<void(hawser::Transport&)> on_data = {})
        : on_data_(std::move(on_data)) {}

    std::vector<std::string> pieces;
    std::vector<std::error_code> reasons;
    bool read_ended = false;

private:
    void data_received(Bytes data) override {
        pieces.emplace_back(data);
        if (on_data_) {
            on_data_(transport());
        }
    }
    bool read_connection_lost() override {
        read_ended = true;
        return false;
    }
    void connection_lost(std::error_code reason) override { reasons.push_back(reason); }

    std::function<void(hawser::Transport&)> on_data_;
};

using Pieces = std::vector<std::string>;

} // namespace

TEST_SUITE_BEGIN("MemoryTransport");

TEST_CASE("a protocol may ask for its peer to the very end") {
    class Obituary final : public hawser::Protocol {
    public:
        explicit Obituary(std::string& text) : text_(text) {}
        ~Obituary() override {
            text_ = to_string(transport().peer());
            transport().write("dropped");
        }

    private:
        std::string& text_;
    };
    std::string text;
    {
        MemoryTransport transport;
        transport.attach(std::make_unique<Obituary>(text));
    }
    CHECK(text == "192.0.2.1:50000");
}

TEST_CASE("what is delivered arrives in pieces of the size asked for") {
    MemoryTransport transport;
    const auto& collector = transport.attach(std::make_unique<Collector>());

    transport.deliver("abcde", 2);
    transport.deliver("fgh");

    CHECK(collector.pieces == Pieces{"ab", "cd", "e", "fgh"});
}

TEST_CASE("it delivers a great deal bytewise") {
    MemoryTransport transport;
    const auto& collector = transport.attach(std::make_unique<Collector>());

    transport.deliver(std::string(300'000, 'x'), 1);

    CHECK(collector.pieces.size() == 300'000);
}

TEST_CASE("what is delivered before a protocol is there waits for it") {
    MemoryTransport transport;
    transport.hold_output(1);
    transport.deliver("early");
    transport.end();

    const auto& collector = transport.attach(std::make_unique<Collector>());

    CHECK(collector.pieces == Pieces{"early"});
    CHECK(collector.read_ended);
}

TEST_CASE("what was sent is looked at, or taken") {
    MemoryTransport transport;
    transport.attach(std::make_unique<Collector>());
    transport.write("one");
    CHECK(transport.sent() == "one");
    transport.write("two");
    CHECK(transport.take_sent() == "onetwo");
    transport.write("three");

    CHECK(transport.sent() == "three");
}

TEST_CASE("what is written after the close is not sent, as over a real transport") {
    MemoryTransport transport;
    transport.attach(std::make_unique<Collector>());

    transport.write("before");
    transport.lose_connection();
    transport.write("after");

    CHECK(transport.sent() == "before");
    CHECK(transport.output_ended());
    CHECK_FALSE(transport.aborted());
    CHECK(transport.closing());
    CHECK(transport.lost());
}

TEST_CASE("the protocol outlives the connection, for the test to look at") {
    MemoryTransport transport;
    const auto& collector = transport.attach(std::make_unique<Collector>());

    transport.end();
    CHECK(transport.lost());

    CHECK(collector.reasons == std::vector<std::error_code>{{}});
    transport.deliver("late");
    transport.lose(Errc::timed_out);
    CHECK(collector.pieces.empty());
    CHECK(collector.reasons.size() == 1);
}

TEST_CASE("lose breaks the connection with the error given") {
    MemoryTransport transport;
    const auto& collector = transport.attach(std::make_unique<Collector>());
    transport.deliver("before");

    transport.lose(std::make_error_code(std::errc::connection_reset));

    CHECK(collector.pieces == Pieces{"before"});
    CHECK(collector.reasons.size() == 1);
    CHECK(collector.reasons.front() == std::errc::connection_reset);
    CHECK_FALSE(transport.aborted()); // not by us
}

TEST_CASE("inside a callback it may be looked at, and what is delivered comes afterwards") {
    MemoryTransport transport;
    std::vector<std::string> order;
    int depth = 0;
    const auto& collector =
        transport.attach(std::make_unique<Collector>([&](hawser::Transport& self) {
            CHECK(++depth == 1);
            self.write("x");
            order.push_back(transport.sent());
            if (order.size() == 1) {
                transport.deliver("more");
            }
            --depth;
        }));

    transport.deliver("data");

    CHECK(collector.pieces == Pieces{"data", "more"});
    CHECK(order == Pieces{"", "x"});
    CHECK(transport.sent() == "xx");
}

TEST_CASE("a protocol that never comes to rest is found out") {
    struct Restless final : Protocol {
        void connection_made() override { spin(); }
        void read_resumed() override { spin(); }
        void spin() {
            transport().pause_producing();
            transport().resume_producing();
        }
    };
    MemoryTransport transport;

    CHECK_THROWS_AS(transport.attach(std::make_unique<Restless>()), std::logic_error);
    CHECK_THROWS_AS(transport.turn(), std::logic_error);
}

TEST_CASE("it has addresses, of its own or as told") {
    MemoryTransport transport;
    CHECK(transport.peer().is_ip());
    CHECK(transport.host().is_ip());

    transport.set_peer(Address::unix_path("/run/x"));

    CHECK(transport.peer() == Address::unix_path("/run/x"));
}

TEST_SUITE_END();
