// SPDX-License-Identifier: MIT
#include <hawser/core/broadcast.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using hawser::broadcast;
using hawser::ConnectionRef;
using hawser::Protocol;
using hawser::SharedBytes;
using hawser::Transport;
using hawser::testing::MemoryTransport;

TEST_SUITE_BEGIN("broadcast");

TEST_CASE("every member has the payload, whatever stands for it") {
    std::deque<MemoryTransport> transports(3);
    std::vector<ConnectionRef> refs;
    std::vector<std::reference_wrapper<Transport>> references;
    std::vector<Transport*> pointers;
    for (MemoryTransport& transport : transports) {
        transport.attach(std::make_unique<Protocol>());
        refs.push_back(transport.ref());
        references.emplace_back(transport);
        pointers.push_back(&transport);
    }

    broadcast(SharedBytes("a"), refs);
    broadcast(SharedBytes("b"), references);
    broadcast(SharedBytes("c"), pointers);

    for (MemoryTransport& transport : transports) {
        CHECK(transport.sent() == "abc");
    }
}

TEST_CASE("members that are gone or closing are passed over") {
    std::deque<MemoryTransport> transports(3);
    std::vector<ConnectionRef> refs{ConnectionRef()};
    for (MemoryTransport& transport : transports) {
        transport.attach(std::make_unique<Protocol>());
        refs.push_back(transport.ref());
    }
    transports[0].lose_connection();
    CHECK(transports[1].lost() == false);
    transports.pop_back();

    broadcast(SharedBytes("news"), refs);

    CHECK(transports[0].sent().empty());
    CHECK(transports[1].sent() == "news");
}

TEST_CASE("nobody is called back, so the members stay as they are meanwhile") {
    struct Leaver final : Protocol {
        explicit Leaver(int& calls) : calls_(calls) {}
        void write_paused() override { ++calls_; }
        void connection_lost(std::error_code) override { ++calls_; }
        int& calls_;
    };
    int calls = 0;
    MemoryTransport transport;
    transport.attach(std::make_unique<Leaver>(calls));
    transport.set_write_limit(10);
    transport.hold_output();
    const std::vector<ConnectionRef> refs(5, transport.ref());

    broadcast(SharedBytes(std::string(6, 'x')), refs);
    CHECK(calls == 0);

    CHECK(transport.lost());
    CHECK(calls == 1);
}

TEST_SUITE_END();
