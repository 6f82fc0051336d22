// SPDX-License-Identifier: MIT
#include <hawser/protocols/limit.h>

#include <hawser/protocols/echo.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

using hawser::Address;
using hawser::Echo;
using hawser::Factory;
using hawser::factory_for;
using hawser::limit;
using hawser::limit_per_peer;
using hawser::Protocol;
using hawser::testing::MemoryTransport;

namespace {

/// Somebody who comes from \p address, if there is room.
struct Guest {
    MemoryTransport transport;
    bool admitted;

    explicit Guest(Factory& factory, std::string_view address = "192.0.2.1:50000") {
        transport.set_peer(Address::parse(address));
        auto protocol = factory.build_protocol(transport.peer());
        admitted = protocol != nullptr;
        if (admitted) {
            transport.attach(std::move(protocol));
        }
    }
    void leave() {
        transport.end();
        CHECK(transport.lost());
    }
};

/// Says so and ends.
class Sorry final : public Protocol {
    void connection_made() override {
        transport().write("full\r\n");
        transport().lose_connection();
    }
};

class Thrower final : public Protocol {
    void connection_made() override { throw std::runtime_error("no"); }
};

class Told final : public Factory {
public:
    std::unique_ptr<Protocol> build_protocol(const Address&) override { return nullptr; }
    void start_factory() override {
        if (fails) {
            throw std::runtime_error("cannot start");
        }
    }
    bool fails = false;
};

} // namespace

TEST_SUITE_BEGIN("limit");

TEST_CASE("so many connections are admitted, further ones are refused and counted") {
    const auto factory = limit(2, factory_for<Echo>());
    Guest first(*factory);
    Guest second(*factory, "192.0.2.2:50000");
    const Guest third(*factory, "192.0.2.3:50000");

    CHECK(first.admitted);
    CHECK(second.admitted);
    CHECK_FALSE(third.admitted);
    CHECK(factory->connections() == 2);
    CHECK(factory->refused() == 1);

    second.transport.deliver("still served");
    CHECK(second.transport.sent() == "still served");
}

TEST_CASE("who leaves makes room") {
    const auto factory = limit(1, factory_for<Echo>());
    Guest first(*factory);

    SUBCASE("in order") {
        first.leave();
    }
    SUBCASE("by a break") {
        first.transport.lose(std::make_error_code(std::errc::connection_reset));
    }

    CHECK(factory->connections() == 0);
    Guest second(*factory);
    CHECK(second.admitted);
    CHECK(factory->refused() == 0);
}

TEST_CASE("a limit of none admits nobody") {
    const auto factory = limit(0, factory_for<Echo>());

    CHECK_FALSE(Guest(*factory).admitted);
    CHECK(factory->refused() == 1);
}

TEST_CASE("a protocol that never was, or never lived, takes no room") {
    const hawser::testing::LogCapture log;
    bool throws = false;
    const auto make = [&throws]() -> std::unique_ptr<Protocol> {
        if (throws) {
            throw std::runtime_error("no");
        }
        return nullptr;
    };
    const auto factory = limit(1, hawser::factory(make));

    CHECK(factory->build_protocol({}) == nullptr);
    CHECK(factory->connections() == 0);
    CHECK(factory->refused() == 0); // the wrapped factory's own decision

    throws = true;
    CHECK_THROWS_AS(factory->build_protocol({}), std::runtime_error);
    CHECK(factory->connections() == 0);

    const auto throwing = limit(1, factory_for<Thrower>());
    CHECK(Guest(*throwing).transport.lost());
    CHECK(throwing->connections() == 0);

    const auto dropped = limit(1, factory_for<Echo>());
    dropped->build_protocol({}).reset();
    CHECK(dropped->connections() == 0);
}

TEST_CASE("those over the limit are told so by the overflow's protocol, which may have its own") {
    const auto overflow = limit(1, factory_for<Sorry>());
    const auto factory = limit(1, factory_for<Echo>(), overflow);
    const Guest first(*factory);
    Guest stuck(*factory);

    CHECK(stuck.admitted);
    CHECK(stuck.transport.sent() == "full\r\n");
    CHECK(factory->connections() == 1);
    CHECK(factory->refused() == 1);

    stuck.transport.turn();
    CHECK(stuck.transport.lost());
    CHECK(overflow->connections() == 0);
}

TEST_CASE("an overflow takes no room of the others") {
    const auto factory = limit(1, factory_for<Echo>(), factory_for<hawser::Protocol>());
    Guest first(*factory);
    const Guest overflowing(*factory);
    CHECK(overflowing.admitted);

    first.leave();
    Guest second(*factory);
    second.transport.deliver("served");

    CHECK(second.transport.sent() == "served");
}

TEST_CASE("a limit for each peer counts by address without port") {
    const auto factory = limit_per_peer(2, factory_for<Echo>());
    Guest first(*factory, "192.0.2.1:1000");
    const Guest second(*factory, "192.0.2.1:1001");
    CHECK(second.admitted);

    CHECK_FALSE(Guest(*factory, "192.0.2.1:1002").admitted);
    CHECK(Guest(*factory, "192.0.2.2:1000").admitted);
    CHECK(factory->refused() == 1);

    first.leave();
    CHECK(Guest(*factory, "192.0.2.1:1002").admitted);
    CHECK(factory->connections() == 1);
}

TEST_CASE("who counts as one peer") {
    struct Example {
        std::string_view first;
        std::string_view second;
        bool same;
    };
    for (const Example& example :
         {Example{"192.0.2.1:1", "192.0.2.1:2", true}, Example{"192.0.2.1:1", "192.0.3.1:1", false},
          Example{"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff:ffff:ffff:ffff]:2", true},
          Example{"[2001:db8:1:2::1]:1", "[2001:db8:1:3::1]:1", false},
          Example{"[fe80::1%2]:1", "[fe80::2%2]:1", true},
          Example{"[fe80::1%2]:1", "[fe80::1%3]:1", false},
          Example{"unix:", "unix:/run/client", true}, Example{"unix:", "unix:@client", true},
          Example{"vsock:3:1", "vsock:3:2", true}, Example{"vsock:3:1", "vsock:4:1", false},
          Example{"none", "none", true}}) {
        CAPTURE(example.first);
        CAPTURE(example.second);
        const auto factory = limit_per_peer(1, factory_for<Echo>());
        const Guest first(*factory, example.first);
        const Guest second(*factory, example.second);

        CHECK(first.admitted);
        CHECK(second.admitted != example.same);
    }
}

TEST_CASE("factories may share a limit") {
    const auto factory = limit(2, factory_for<Echo>());
    const auto other = hawser::share_limit(factory, factory_for<Thrower>());
    const auto third = hawser::share_limit(factory, factory_for<Echo>());
    const hawser::testing::LogCapture log;
    Guest first(*factory);
    CHECK(Guest(*other).transport.lost()); // it is built by its own
    Guest second(*third);
    second.transport.deliver("served");
    CHECK(second.transport.sent() == "served");

    CHECK_FALSE(Guest(*factory).admitted);
    CHECK_FALSE(Guest(*other).admitted);
    CHECK_FALSE(Guest(*third).admitted);
    CHECK(factory->connections() == 2);
    CHECK(factory->refused() == 3);

    first.leave();
    CHECK(Guest(*third).admitted);
}

TEST_CASE("a factory that shares a limit is told of its own start and end, and the overflow too") {
    const auto first = std::make_shared<Told>();
    const auto inner = std::make_shared<Told>();
    const auto overflow = std::make_shared<Told>();
    const auto factory = hawser::share_limit(limit(1, first, overflow), inner);

    factory->do_start();
    CHECK(inner->started());
    CHECK(overflow->started());
    CHECK_FALSE(first->started());
    factory->do_stop();
    CHECK_FALSE(inner->started());
    CHECK_FALSE(overflow->started());

    overflow->fails = true;
    CHECK_THROWS_AS(factory->do_start(), std::runtime_error);
    CHECK_FALSE(inner->started());
}

TEST_CASE("both factories are told of the start and the end") {
    const auto inner = std::make_shared<Told>();
    const auto overflow = std::make_shared<Told>();
    const auto factory = limit(1, inner, overflow);

    factory->do_start();
    CHECK(inner->started());
    CHECK(overflow->started());
    factory->do_stop();
    CHECK_FALSE(inner->started());
    CHECK_FALSE(overflow->started());

    overflow->fails = true;
    CHECK_THROWS_AS(factory->do_start(), std::runtime_error);
    CHECK_FALSE(inner->started());
}

TEST_SUITE_END();
