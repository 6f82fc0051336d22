// SPDX-License-Identifier: MIT
#include <hawser/core/factory.h>

#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using hawser::Address;
using hawser::Factory;
using hawser::factory;
using hawser::factory_for;
using hawser::Protocol;
using hawser::testing::LogCapture;

namespace {

struct Named final : Protocol {
    Named(std::string n, int& c) : name(std::move(n)), counter(c) { ++counter; }
    std::string name;
    int& counter;
};

/// Counts its starts and stops.
struct Counting final : Factory {
    std::vector<std::string> calls;
    bool fails = false;
    std::unique_ptr<Protocol> build_protocol(const Address&) override { return nullptr; }
    void start_factory() override {
        calls.emplace_back("start");
        if (fails) {
            throw std::runtime_error("oops");
        }
    }
    void stop_factory() override {
        calls.emplace_back("stop");
        if (fails) {
            throw std::runtime_error("oops");
        }
    }
};

} // namespace

TEST_SUITE_BEGIN("Factory");

TEST_CASE("factory_for makes a protocol for each peer, from copies and references") {
    int counter = 0;
    std::string name = "echo";
    const std::shared_ptr<Factory> maker = factory_for<Named>(name, std::ref(counter));
    name = "changed";

    const auto first = maker->build_protocol(Address());
    const auto second = maker->build_protocol(Address());

    CHECK(counter == 2);
    CHECK(first != second);
    CHECK(dynamic_cast<Named&>(*first).name == "echo");
    CHECK(dynamic_cast<Named&>(*second).name == "echo");
    CHECK(&dynamic_cast<Named&>(*second).counter == &counter);
}

TEST_CASE("factory_for a protocol without arguments") {
    CHECK(factory_for<Protocol>()->build_protocol(Address()) != nullptr);
}

TEST_CASE("factory asks a callable, with the peer or with nothing, and null refuses") {
    int counter = 0;
    const auto plain = factory([&] { return std::make_unique<Named>("x", counter); });
    const auto choosy = factory([](const Address& peer) -> std::unique_ptr<Protocol> {
        return peer.is_unix() ? std::make_unique<Protocol>() : nullptr;
    });
    const auto owning = factory([kept = std::make_unique<int>(1)]() mutable {
        ++*kept;
        return std::make_unique<Protocol>();
    });
    auto named = [] { return std::make_unique<Protocol>(); };

    CHECK(plain->build_protocol(Address()) != nullptr);
    CHECK(choosy->build_protocol(Address::unix_path("/x")) != nullptr);
    CHECK(choosy->build_protocol(Address::ipv4({192, 0, 2, 1}, 80)) == nullptr);
    CHECK(owning->build_protocol(Address()) != nullptr);
    CHECK(factory(named)->build_protocol(Address()) != nullptr); // an lvalue is copied
    CHECK(counter == 1);
}

TEST_CASE("it starts with its first user and stops with its last") {
    Counting counting;
    CHECK_FALSE(counting.started());

    counting.do_start();
    counting.do_start();
    CHECK(counting.started());
    counting.do_stop();
    CHECK(counting.calls == std::vector<std::string>{"start"});
    counting.do_stop();
    CHECK_FALSE(counting.started());
    counting.do_start();
    counting.do_stop();

    CHECK(counting.calls == std::vector<std::string>{"start", "stop", "start", "stop"});
}

TEST_CASE("an exception from start_factory leaves, and it is not started") {
    Counting counting;
    counting.fails = true;

    CHECK_THROWS_WITH(counting.do_start(), "oops");

    CHECK_FALSE(counting.started());
}

TEST_CASE("an exception from stop_factory is reported") {
    const LogCapture log;
    Counting counting;
    counting.do_start();
    counting.fails = true;

    counting.do_stop();

    CHECK(log.lines() == std::vector<std::string>{"error factory: stop_factory threw: oops"});
    CHECK_FALSE(counting.started());
}

TEST_SUITE_END();
