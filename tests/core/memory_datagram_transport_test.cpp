// SPDX-License-Identifier: MIT
#include <hawser/testing/memory_datagram_transport.h>

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Address;
using hawser::Bytes;
using hawser::DatagramProtocol;
using hawser::DatagramTransport;
using hawser::testing::MemoryDatagramTransport;
using hawser::testing::SentDatagram;

namespace {

const Address ada = Address::ipv4({192, 0, 2, 7}, 7000);
const Address bob = Address::ipv4({192, 0, 2, 8}, 8000);

/// Answers each datagram with its length.
class Measurer final : public DatagramProtocol {
    void datagram_received(Bytes data, const Address& from) override {
        transport().write(std::to_string(data.size()), from);
    }
};

/// Notes what happens; does what the test wants.
class Noter final : public DatagramProtocol {
public:
    using DatagramProtocol::transport;
    std::vector<std::string> events;
    std::function<void(DatagramTransport&)> on_data;

private:
    void start_protocol() override { events.emplace_back("start"); }
    void datagram_received(Bytes data, const Address& from) override {
        events.push_back(std::string(data) + " from " + to_string(from));
        if (on_data) {
            on_data(transport());
        }
    }
    void datagram_truncated(Bytes beginning, const Address&) override {
        events.push_back("truncated " + std::string(beginning));
    }
    void connection_refused() override { events.emplace_back("refused"); }
    void receive_failed(std::error_code error) override {
        events.push_back("receive failed: " + hawser::message_of(error));
    }
    void write_failed(const Address& to, std::error_code error) override {
        events.push_back("write failed: " + to_string(to) + ": " + hawser::message_of(error));
    }
    void stop_protocol() override { events.emplace_back("stop"); }
};

using Events = std::vector<std::string>;

} // namespace

TEST_SUITE_BEGIN("MemoryDatagramTransport");

TEST_CASE("a datagram protocol is tested without a socket") {
    MemoryDatagramTransport transport;
    transport.attach(std::make_unique<Measurer>());

    transport.deliver("hello", ada);
    transport.deliver("", bob);

    CHECK(transport.sent() == std::vector<SentDatagram>{{ada, "5"}, {bob, "0"}});
}

TEST_CASE("the order is start, datagrams, stop") {
    MemoryDatagramTransport transport;
    const auto& noter = transport.attach(std::make_unique<Noter>());

    transport.deliver("one", ada);
    transport.stop_listening();
    transport.deliver("two", ada);

    CHECK(transport.stopped());
    CHECK(noter.events == Events{"start", "one from 192.0.2.7:7000", "stop"});
    CHECK_FALSE(transport.listening());
}

TEST_CASE("no room drops and counts") {
    MemoryDatagramTransport transport;
    auto& noter = transport.attach(std::make_unique<Noter>());

    transport.hold_output(1);
    noter.transport().write("one", ada);
    noter.transport().write("two", ada);
    transport.release_output();
    noter.transport().write("three", ada);

    CHECK(transport.take_sent() == std::vector<SentDatagram>{{ada, "one"}, {ada, "three"}});
    CHECK(transport.dropped().full == 1);
    CHECK(transport.sent().empty());
}

TEST_CASE("failures are told from the loop, and counted") {
    MemoryDatagramTransport transport;
    auto& noter = transport.attach(std::make_unique<Noter>());

    transport.break_sending(std::make_error_code(std::errc::network_unreachable));
    noter.transport().write("one", ada);
    CHECK(noter.events == Events{"start"});
    transport.turn();
    transport.break_sending({});
    noter.transport().write("hi", Address::ipv4({255, 255, 255, 255}, 9));
    transport.turn();
    noter.transport().set_broadcast(true);
    noter.transport().write("hi", Address::ipv4({255, 255, 255, 255}, 9));
    transport.break_receiving(std::make_error_code(std::errc::no_buffer_space));

    CHECK(noter.events == Events{"start", "write failed: 192.0.2.7:7000: network is unreachable",
                                 "write failed: 255.255.255.255:9: permission denied",
                                 "receive failed: no buffer space available"});
    CHECK(transport.dropped().failed == 2);
    CHECK(transport.sent().size() == 1);
}

TEST_CASE("a sender who cannot be answered is no exception of the one who answers") {
    const hawser::testing::LogCapture log;
    MemoryDatagramTransport transport;
    auto& noter = transport.attach(std::make_unique<Noter>());
    const Address nobody = Address::ipv4({192, 0, 2, 7}, 0);
    noter.on_data = [&](DatagramTransport& to) { to.write("answer", nobody); };

    transport.deliver("from port 0", nobody);

    CHECK(log.lines().empty());
    CHECK(noter.events.back() == "write failed: 192.0.2.7:0: destination address required");
    CHECK_THROWS_AS(noter.transport().write("answer", nobody), hawser::Error);
}

TEST_CASE("a peer can be refused, and the transport lives on") {
    MemoryDatagramTransport transport;
    auto& noter = transport.attach(std::make_unique<Noter>());
    noter.transport().connect(ada);

    transport.refuse();
    transport.deliver("here again");

    CHECK(noter.events == Events{"start", "refused", "here again from 192.0.2.7:7000"});
}

TEST_CASE("it remembers the groups") {
    MemoryDatagramTransport transport;
    auto& noter = transport.attach(std::make_unique<Noter>());
    const auto group = Address::ipv4({239, 1, 1, 1}, 0);
    auto& groups = noter.transport().multicast();

    groups.join_group(group);
    groups.join_group(group, "eth0");
    groups.join_source_group(group, ada);
    CHECK(transport.groups() ==
          Events{"239.1.1.1", "239.1.1.1 on eth0", "239.1.1.1 from 192.0.2.7"});
    CHECK_THROWS_AS(groups.join_group(group), hawser::Error);
    groups.leave_group(group);
    groups.leave_source_group(group, ada);
    CHECK(transport.groups() == Events{"239.1.1.1 on eth0"});
    CHECK_THROWS_WITH(groups.leave_group(group),
                      "cannot leave 239.1.1.1: cannot assign requested address");

    MemoryDatagramTransport unix_socket(Address::unix_path("/run/x"));
    auto& other = unix_socket.attach(std::make_unique<Noter>());
    CHECK_THROWS_AS((void)other.transport().multicast(), hawser::Error);
}

TEST_CASE("an exception of start_protocol leaves attach(), and stop is not told") {
    struct Thrower final : DatagramProtocol {
        explicit Thrower(bool& told) : stopped(told) {}
        bool& stopped;
        void start_protocol() override { throw std::runtime_error("not today"); }
        void stop_protocol() override { stopped = true; }
    };
    bool stopped = false;
    MemoryDatagramTransport transport;

    CHECK_THROWS_WITH(transport.attach(std::make_unique<Thrower>(stopped)), "not today");

    transport.turn();
    CHECK_FALSE(stopped);
    CHECK_FALSE(transport.listening());
}

TEST_SUITE_END();
