// SPDX-License-Identifier: MIT
#include <hawser/core/log.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>

using hawser::Protocol;
using hawser::testing::MemoryTransport;

namespace {

/// Answers each request; one that is half there when the server stops is waited for.
class Server final : public Protocol {
public:
    std::optional<std::error_code> reason;

private:
    void data_received(hawser::Bytes data) override {
        waits_ = !data.ends_with('\n');
        if (!waits_) {
            transport().write(stopping_ ? "answer, and goodbye\n" : "answer\n");
        }
        if (stopping_ && !waits_) {
            transport().lose_connection();
        }
    }
    bool stop_requested() override {
        stopping_ = true;
        return waits_;
    }
    void connection_lost(std::error_code why) override { reason = why; }

    bool waits_ = false;
    bool stopping_ = false;
};

} // namespace

TEST_SUITE_BEGIN("Protocol: stop_requested");

TEST_CASE("an idle connection closes in good order, behind what is queued") {
    MemoryTransport transport;
    const auto& server = transport.attach(std::make_unique<Server>());
    transport.hold_output();
    transport.deliver("request\n");

    transport.request_stop();
    CHECK(transport.closing());
    CHECK_FALSE(server.reason);
    transport.release_output();

    CHECK(transport.sent() == "answer\n");
    CHECK(server.reason == std::error_code());
    CHECK_FALSE(transport.aborted());
}

TEST_CASE("a protocol that has something to finish stays until it ends the connection") {
    MemoryTransport transport;
    const auto& server = transport.attach(std::make_unique<Server>());
    transport.deliver("req");

    transport.request_stop();
    CHECK_FALSE(transport.closing());
    transport.deliver("uest\n");

    CHECK(transport.sent() == "answer, and goodbye\n");
    CHECK(server.reason == std::error_code());
}

TEST_CASE("a connection that is closing already is not told") {
    class Closed final : public Protocol {
        void connection_made() override { transport().lose_connection(); }
        bool stop_requested() override {
            FAIL_CHECK("told");
            return true;
        }
    };
    MemoryTransport transport;
    transport.attach(std::make_unique<Closed>());
    transport.request_stop();
    CHECK(transport.lost());
}

TEST_CASE("an exception from it ends the connection, with a report") {
    class Thrower final : public Protocol {
        bool stop_requested() override { throw std::runtime_error("out of cheese"); }
    };
    const hawser::testing::LogCapture log;
    MemoryTransport transport;
    transport.attach(std::make_unique<Thrower>());

    transport.request_stop();

    CHECK(transport.lost());
    CHECK(log.count("stop_requested threw: out of cheese") == 1);
}

TEST_SUITE_END();
