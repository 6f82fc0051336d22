// SPDX-License-Identifier: MIT
#include <hawser/protocols/port_forward.h>

#include <hawser/core/network.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using hawser::Deferred;
using hawser::Endpoint;
using hawser::Errc;
using hawser::PortForward;
using hawser::Promise;
using hawser::Protocol;
using hawser::testing::LogCapture;
using hawser::testing::MemoryTransport;

namespace {

constexpr hawser::TransportLimits small{.write_high_mark = 1000, .write_low_mark = 100};

/// Connects when the test says so.
class TestNetwork final : public hawser::Network {
public:
    Promise<Protocol*> promise;
    std::shared_ptr<hawser::Factory> factory;
    std::string endpoint;

    hawser::Listener listen(const Endpoint&, std::shared_ptr<hawser::Factory>) override {
        return {};
    }
    Deferred<Protocol*> connect(const Endpoint& to,
                                std::shared_ptr<hawser::Factory> with) override {
        endpoint = to_string(to);
        factory = std::move(with);
        return promise.deferred();
    }
};

/// A client, and the target's end of its connection.
struct Forward {
    TestNetwork network;
    MemoryTransport target{MemoryTransport::Side::connected, small};
    MemoryTransport client{small};

    Forward() { client.attach(std::make_unique<PortForward>(network, "tcp:example.org:80")); }

    void connect() {
        auto& back = target.attach(network.factory->build_protocol(target.peer()));
        network.promise.resolve(&back);
    }
    void refuse() {
        network.promise.fail(std::make_error_code(std::errc::connection_refused),
                             "cannot connect to tcp:example.org:80");
    }
    /// What one side does asks for a turn of the other.
    void turn() {
        for (int i = 0; i < 3; ++i) {
            client.turn();
            target.turn();
        }
    }
};

} // namespace

TEST_SUITE("PortForward") {
    TEST_CASE("what each side sends comes to the other") {
        Forward forward;
        forward.connect();
        CHECK(forward.network.endpoint == "tcp:example.org:80");

        forward.client.deliver("question");
        forward.target.deliver("answer");

        CHECK(forward.target.sent() == "question");
        CHECK(forward.client.sent() == "answer");
    }

    TEST_CASE("nothing is read from the client before the target is there") {
        Forward forward;
        forward.client.deliver("early words");
        CHECK(forward.client.paused());

        forward.connect();
        forward.turn();

        CHECK_FALSE(forward.client.paused());
        CHECK(forward.target.sent() == "early words");
    }

    TEST_CASE("when the target is down the client is closed, unread, and the log says why") {
        const LogCapture log;
        Forward forward;
        forward.client.deliver("early words");

        forward.refuse();

        CHECK(forward.client.lost());
        CHECK(forward.client.sent().empty());
        CHECK_FALSE(forward.client.aborted());
        CHECK(log.lines() == std::vector<std::string>{"warning port_forward: cannot connect to "
                                                      "tcp:example.org:80: connection refused"});
    }

    TEST_CASE("a client that goes first takes the attempt with it") {
        auto forward = std::make_unique<Forward>();
        Promise<Protocol*> promise = std::move(forward->network.promise);

        CHECK(promise.wanted());
        forward.reset();

        CHECK_FALSE(promise.wanted());
    }

    TEST_CASE("a side that does not read holds back the other") {
        for (const bool slow_target : {true, false}) {
            CAPTURE(slow_target);
            Forward forward;
            forward.connect();
            MemoryTransport& slow = slow_target ? forward.target : forward.client;
            MemoryTransport& fast = slow_target ? forward.client : forward.target;
            const std::string much(20'000, 'x');
            slow.hold_output();

            fast.deliver(much, 500);
            forward.turn();

            CHECK(fast.paused());
            CHECK(slow.queued() <= 1500);

            for (int i = 0; i < 100; ++i) {
                slow.hold_output(1000);
                forward.turn();
            }

            CHECK(slow.sent() == much);
            CHECK_FALSE(fast.paused());
        }
    }

    TEST_CASE("the end of one direction is passed on, the end of both closes") {
        Forward forward;
        forward.connect();

        forward.client.deliver("question");
        forward.client.end();
        forward.turn();

        CHECK(forward.target.sent() == "question");
        CHECK(forward.target.output_ended());
        CHECK_FALSE(forward.target.lost());

        forward.target.deliver("answer");
        forward.target.end();
        forward.turn();

        CHECK(forward.client.sent() == "answer");
        CHECK(forward.client.lost());
        CHECK(forward.target.lost());
    }

    TEST_CASE("when one connection breaks, the other is sent the rest and closed") {
        Forward forward;
        forward.connect();
        forward.target.hold_output();
        forward.client.deliver("last words");

        forward.client.lose(std::make_error_code(std::errc::connection_reset));
        forward.target.release_output();

        CHECK(forward.target.sent() == "last words");
        CHECK(forward.target.lost());
        CHECK_FALSE(forward.target.aborted());
    }
}
