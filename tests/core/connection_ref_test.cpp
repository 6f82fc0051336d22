// SPDX-License-Identifier: MIT
#include <hawser/core/connection_ref.h>

#include <hawser/core/transport.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

using hawser::Address;
using hawser::ConnectionRef;
using hawser::Protocol;
using hawser::SharedBytes;
using hawser::testing::MemoryTransport;

TEST_SUITE_BEGIN("ConnectionRef");

TEST_CASE("what is asked of it is asked of the transport") {
    MemoryTransport transport;
    transport.attach(std::make_unique<Protocol>());
    const ConnectionRef ref = transport.ref();
    CHECK(ref);
    CHECK(ref.get() == &transport);
    CHECK(ref.peer() == transport.peer());

    ref.write("a");
    ref.write(SharedBytes("b"));
    CHECK(ref.queued() == 2);
    CHECK_FALSE(ref.closing());
    ref.lose_connection();
    CHECK(ref.closing());

    CHECK(transport.sent() == "ab");
    CHECK(transport.lost());
}

TEST_CASE("of no connection, or of one that is gone, every call is safe and does nothing") {
    std::optional<MemoryTransport> transport(std::in_place);
    transport->attach(std::make_unique<Protocol>());
    const ConnectionRef gone = transport->ref();
    transport.reset();

    for (const ConnectionRef& ref : {ConnectionRef(), gone}) {
        CHECK_FALSE(ref);
        CHECK(ref.get() == nullptr);
        ref.write("a");
        ref.write(SharedBytes("b"));
        ref.lose_connection();
        ref.abort_connection();
        CHECK(ref.queued() == 0);
        CHECK(ref.closing());
        CHECK(ref.peer() == Address());
    }
}

TEST_CASE("it is empty once connection_lost has returned, also when taken later") {
    MemoryTransport transport;
    transport.attach(std::make_unique<Protocol>());
    const ConnectionRef early = transport.ref();

    transport.abort_connection();
    CHECK(early);
    CHECK(transport.lost());

    CHECK_FALSE(early);
    CHECK_FALSE(transport.ref());
    MemoryTransport another;
    another.attach(std::make_unique<Protocol>());
    another.abort_connection();
    CHECK(another.lost());
    CHECK_FALSE(another.ref());
}

TEST_CASE("a protocol may use its handle, and its transport, as it is destroyed") {
    struct Parting final : Protocol {
        ConnectionRef ref;
        void connection_made() override { ref = transport().ref(); }
        ~Parting() override {
            CHECK_FALSE(ref);
            ref.write("goodbye");
            transport().write("goodbye");
            transport().lose_connection();
            transport().abort_connection();
            transport().pause_producing();
        }
    };
    for (const bool ended : {true, false}) {
        MemoryTransport transport;
        transport.attach(std::make_unique<Parting>());
        if (ended) {
            transport.lose_connection();
            transport.turn();
        }
    }
}

TEST_CASE("handles to the same connection are equal, gone or not") {
    std::optional<MemoryTransport> first(std::in_place);
    MemoryTransport second;
    const ConnectionRef a = first->ref();
    const ConnectionRef b = first->ref();
    ConnectionRef c = second.ref();
    CHECK(a == b);
    CHECK(a != c);
    CHECK(ConnectionRef() == ConnectionRef());

    first.reset();
    CHECK(a == b);
    CHECK(a != c);

    c = b;
    CHECK(c == a);
    const ConnectionRef moved = std::move(c);
    CHECK(moved == a);
    CHECK(c == ConnectionRef()); // NOLINT(bugprone-use-after-move)
}

TEST_CASE("handles are copied and dropped on any thread") {
    std::optional<MemoryTransport> transport(std::in_place);
    const ConnectionRef ref = transport->ref();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([copy = ref] {
            for (int round = 0; round < 1000; ++round) {
                const ConnectionRef another = copy; // NOLINT: the copy is the point
                CHECK(another == copy);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    transport.reset();

    CHECK_FALSE(ref);
}

TEST_SUITE_END();
