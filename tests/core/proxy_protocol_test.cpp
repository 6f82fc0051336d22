// SPDX-License-Identifier: MIT
// Over real sockets: tests/reactor/proxy_protocol_test.cpp and tests/programs/proxy_protocol.py.
#include <hawser/core/error.h>
#include <hawser/core/network.h>
#include <hawser/core/protocol_wrapper.h>
#include <hawser/core/proxy_header.h>
#include <hawser/core/proxy_protocol.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using hawser::Address;
using hawser::Bytes;
using hawser::Endpoint;
using hawser::EndpointError;
using hawser::Errc;
using hawser::Protocol;
using hawser::testing::ManualClock;
using hawser::testing::MemoryTransport;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const std::string line = "PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n";
const std::string octets = "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c"
                           "\x01\x02\x03\x04\x05\x06\x07\x08\x03\xe8\x07\xd0"s;
const std::string local = "\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00"s;

/// What the protocol behind the proxy saw.
struct Seen {
    std::vector<std::string> built_for;
    std::string ends; ///< inside connection_made()
    std::string data;
    std::optional<std::error_code> reason;
    bool refuse = false;
    std::function<void(hawser::Transport&)> when_made = [](hawser::Transport&) {};
};

class Client final : public Protocol {
public:
    explicit Client(Seen& seen) : seen_(seen) {}
    using Protocol::transport;

private:
    void connection_made() override {
        seen_.ends = to_string(transport().peer()) + " to " + to_string(transport().host());
        seen_.when_made(transport());
    }
    void data_received(Bytes data) override {
        seen_.data += data;
        transport().write(data);
    }
    void connection_lost(std::error_code reason) override { seen_.reason = reason; }

    Seen& seen_;
};

/// Says how the connection ended, even where no protocol was built to be told.
class Watched final : public hawser::ProtocolWrapper {
public:
    Watched(std::unique_ptr<Protocol> wrapped, std::optional<std::error_code>& reason)
        : ProtocolWrapper(std::move(wrapped)), reason_(reason) {}

private:
    void connection_lost(std::error_code reason) override {
        reason_ = reason;
        ProtocolWrapper::connection_lost(reason);
    }
    std::optional<std::error_code>& reason_;
};

/// A connection from a balancer, on its way to a Client.
struct Balanced {
    ManualClock clock;
    Seen seen;
    std::shared_ptr<hawser::Factory> factory = hawser::behind_proxy(
        hawser::factory([this](const Address& peer) -> std::unique_ptr<Protocol> {
            seen.built_for.push_back(to_string(peer));
            return seen.refuse ? nullptr : std::make_unique<Client>(seen);
        }),
        clock);
    std::optional<std::error_code> reason;
    MemoryTransport transport;

    Balanced() {
        transport.set_peer(Address::ipv4({10, 0, 0, 1}, 5555));
        transport.attach(
            std::make_unique<Watched>(factory->build_protocol(transport.peer()), reason));
    }
    std::string own_ends() {
        return to_string(transport.peer()) + " to " + to_string(transport.host());
    }
};

} // namespace

TEST_SUITE_BEGIN("behind_proxy");

TEST_CASE("the protocol is built for the client, and gets what came behind the header") {
    for (const std::string& header : {line, octets}) {
        Balanced balanced;

        balanced.transport.deliver(header + "HELLO");

        CHECK(balanced.seen.built_for == std::vector<std::string>{"1.2.3.4:1000"});
        CHECK(balanced.seen.ends == "1.2.3.4:1000 to 5.6.7.8:2000");
        CHECK(balanced.seen.data == "HELLO");
        CHECK(balanced.transport.sent() == "HELLO");
    }
}

TEST_CASE("a header may come in any pieces, and nothing is built before its end") {
    for (const std::string& header : {line, octets, local, "PROXY UNKNOWN\r\n"s}) {
        for (std::size_t chunk_size = 1; chunk_size <= header.size() + 5; ++chunk_size) {
            CAPTURE(chunk_size);
            Balanced balanced;
            balanced.transport.deliver(header.substr(0, header.size() - 1), chunk_size);
            CHECK(balanced.seen.built_for.empty());

            balanced.transport.deliver(header.substr(header.size() - 1) + "HELLO", chunk_size);

            CHECK(balanced.seen.built_for.size() == 1);
            CHECK(balanced.seen.data == "HELLO");
        }
    }
}

TEST_CASE("a header without addresses leaves those of the connection") {
    for (const std::string& header : {local, "PROXY UNKNOWN\r\n"s, "PROXY UNKNOWN a b c d\r\n"s}) {
        Balanced balanced;

        balanced.transport.deliver(header);

        CHECK(balanced.seen.built_for == std::vector<std::string>{"10.0.0.1:5555"});
        CHECK(balanced.seen.ends == balanced.own_ends());
    }
}

TEST_CASE("what is no header ends the connection, and nothing is built") {
    for (const std::string& garbage :
         {"GET / HTTP/1.0\r\n"s, "PROXY TCP4 1.2.3.4 5.6.7.8 x 2000\r\n"s,
          "PROXY TCP4 999.2.3.4 5.6.7.8 1000 2000\r\n"s, std::string(300'000, '\r')}) {
        Balanced balanced;

        balanced.transport.deliver(garbage);

        CHECK(balanced.transport.aborted());
        CHECK(balanced.reason == Errc::protocol_error);
        CHECK(balanced.seen.built_for.empty());
        CHECK(balanced.seen.reason == std::nullopt);
    }
}

TEST_CASE("no more than the longest header is kept") {
    Balanced balanced;
    std::string too_long = octets.substr(0, 14) + "\x0f\xf1"s; // 4081, and 16 before them
    balanced.transport.deliver(too_long);
    CHECK(balanced.transport.aborted());

    Balanced line_without_end;
    line_without_end.transport.deliver("PROXY UNKNOWN " + std::string(92, 'x'), 1);
    CHECK_FALSE(line_without_end.transport.aborted());
    line_without_end.transport.deliver("x");
    CHECK(line_without_end.transport.aborted());
}

TEST_CASE("a header that does not come in time ends the connection") {
    Balanced balanced;
    balanced.transport.deliver(line.substr(0, 20));

    balanced.clock.advance(9999ms);
    CHECK_FALSE(balanced.transport.aborted());
    balanced.clock.advance(1ms);

    CHECK(balanced.transport.aborted());
    CHECK(balanced.reason == Errc::timed_out);
    CHECK(balanced.seen.built_for.empty());
}

TEST_CASE("its time can be set, and is over when it has come") {
    ManualClock clock;
    Seen seen;
    const auto factory =
        hawser::behind_proxy(hawser::factory_for<Client>(std::ref(seen)), clock, 50ms);
    MemoryTransport quick;
    quick.attach(factory->build_protocol(quick.peer()));
    MemoryTransport slow;
    slow.attach(factory->build_protocol(slow.peer()));

    quick.deliver(line);
    clock.advance(50ms);

    CHECK_FALSE(quick.aborted());
    CHECK(slow.aborted());
    CHECK(clock.scheduled() == 0);
}

TEST_CASE("a connection that ends before its header leaves nothing behind") {
    Balanced balanced;
    balanced.transport.deliver(line.substr(0, 20));

    balanced.transport.end();

    CHECK(balanced.transport.lost());
    CHECK(balanced.reason == std::error_code());
    CHECK(balanced.seen.built_for.empty());
    CHECK(balanced.clock.scheduled() == 0);
}

TEST_CASE("a factory that refuses the client closes the connection") {
    Balanced balanced;
    balanced.seen.refuse = true;

    balanced.transport.deliver(line + "HELLO");

    CHECK(balanced.transport.lost());
    CHECK(balanced.reason == Errc::refused);
}

TEST_CASE("what came behind the header waits while the protocol pauses") {
    Balanced balanced;
    balanced.seen.when_made = [](hawser::Transport& transport) { transport.pause_producing(); };
    balanced.transport.deliver(line + "HELLO");
    CHECK(balanced.seen.data == "");

    balanced.transport.resume_producing();
    balanced.transport.turn();
    CHECK(balanced.seen.data == "HELLO");

    balanced.transport.deliver(" AGAIN");
    CHECK(balanced.seen.data == "HELLO AGAIN");
}

TEST_CASE("a protocol that closes as it is made gets no data") {
    Balanced balanced;
    balanced.seen.when_made = [](hawser::Transport& transport) {
        transport.write("bye");
        transport.lose_connection();
    };

    balanced.transport.deliver(line + "HELLO");

    CHECK(balanced.seen.data == "");
    CHECK(balanced.transport.sent() == "bye");
    CHECK(balanced.seen.reason == std::error_code());
}

TEST_CASE("a protocol that throws as it is made is lost, and no other is built") {
    const hawser::testing::LogCapture log;
    Balanced balanced;
    balanced.seen.when_made = [](hawser::Transport&) { throw std::runtime_error("no"); };

    balanced.transport.deliver(line + "HELLO");
    balanced.transport.deliver("MORE");

    CHECK(balanced.seen.reason == Errc::callback_threw);
    CHECK(balanced.seen.built_for.size() == 1);
    CHECK(balanced.seen.data == "");
}

TEST_CASE("the wrapped factory is started and stopped with the one around it") {
    Seen seen;
    ManualClock clock;
    const auto inner = hawser::factory_for<Client>(std::ref(seen));
    const auto outer = hawser::behind_proxy(inner, clock);

    outer->do_start();
    CHECK(inner->started());
    outer->do_stop();
    CHECK_FALSE(inner->started());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("ProxyProtocolKind");

namespace {

class ToldNetwork final : public hawser::Network {
public:
    std::vector<std::string> listened;
    std::shared_ptr<hawser::Factory> factory;

    hawser::Listener listen(const Endpoint& endpoint,
                            std::shared_ptr<hawser::Factory> given) override {
        listened.push_back(to_string(endpoint));
        factory = std::move(given);
        return {};
    }
    hawser::Deferred<Protocol*> connect(const Endpoint&,
                                        std::shared_ptr<hawser::Factory>) override {
        return {};
    }
};

} // namespace

TEST_CASE("it listens on the endpoint behind the colon, with a factory behind a proxy") {
    ManualClock clock;
    ToldNetwork network;
    Seen seen;
    hawser::ProxyProtocolKind kind(clock);

    (void)kind.listen(network, "haproxy:unix:/run/x:mode=600",
                      hawser::factory_for<Client>(std::ref(seen)));

    CHECK(network.listened == std::vector<std::string>{"unix:/run/x:mode=600"});
    MemoryTransport transport;
    transport.attach(network.factory->build_protocol(transport.peer()));
    transport.deliver(line);
    CHECK(seen.ends == "1.2.3.4:1000 to 5.6.7.8:2000");
}

TEST_CASE("it checks what it wraps") {
    ManualClock clock;
    hawser::EndpointKinds kinds;
    kinds.add("haproxy", std::make_unique<hawser::ProxyProtocolKind>(clock));

    kinds.check("haproxy:tcp:8000");
    kinds.check("haproxy:haproxy:tcp:8000");
    CHECK_THROWS_WITH_AS(kinds.check("haproxy:haproxy:tcp:http"),
                         "bad endpoint \"haproxy:haproxy:tcp:http\", column 21: a port is a number "
                         "from 0 to 65535",
                         EndpointError);
    CHECK_THROWS_WITH_AS(kinds.check("haproxy:haprxy:tcp:80"),
                         "bad endpoint \"haproxy:haprxy:tcp:80\", column 9: no endpoint kind "
                         "\"haprxy\"; did you mean haproxy?",
                         EndpointError);
}

TEST_SUITE_END();
