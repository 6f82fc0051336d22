// SPDX-License-Identifier: MIT
#include "metered.h"

#include "proxied.h"

#include <hawser/protocols/limit.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/manual_clock.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

using hawser::Address;
using hawser::Bytes;
using hawser::Errc;
using hawser::runner::Figures;
using hawser::runner::metered;
using hawser::runner::MeteredConnection;
using hawser::runner::MeteredFactory;
using hawser::testing::MemoryTransport;
using std::chrono::milliseconds;

namespace {

/// A clock that a test sets, and that moves during callbacks.
struct Fixture {
    Figures::Time time{std::chrono::hours(1)};
    Figures figures{[this] { return time; }};
    std::shared_ptr<hawser::runner::ServiceFigures> service = figures.of("talk");
    milliseconds next_takes{0};

    struct Talker final : hawser::Protocol {
        explicit Talker(Fixture& fixture) : f(fixture) {}
        void data_received(Bytes data) override {
            f.time += f.next_takes;
            if (data == "throw") {
                throw std::runtime_error("no");
            }
            transport().write(data);
            transport().write(hawser::SharedBytes(std::string(data)));
            const Bytes pieces[] = {data, "!"};
            transport().write_sequence(pieces);
        }
        Fixture& f;
    };

    std::shared_ptr<MeteredFactory> factory(std::size_t most = 10) {
        return metered(figures, service, limit(most, hawser::factory([this] {
                                                   return std::make_unique<Talker>(*this);
                                               })));
    }
};

const MeteredConnection& connect(MemoryTransport& transport, MeteredFactory& factory) {
    std::unique_ptr<hawser::Protocol> protocol = factory.build_protocol(transport.peer());
    return dynamic_cast<MeteredConnection&>(transport.attach(std::move(protocol)));
}

} // namespace

TEST_SUITE_BEGIN("metered");

TEST_CASE("connections and their bytes are counted") {
    Fixture f;
    const auto factory = f.factory();
    {
        MemoryTransport one;
        MemoryTransport two;
        const MeteredConnection& first = connect(one, *factory);
        connect(two, *factory);
        one.deliver("abc");
        two.deliver("de");

        CHECK(one.sent() == "abcabcabc!");
        CHECK(first.bytes_in() == 3);
        CHECK(first.bytes_out() == 10);
        CHECK(f.service->bytes_in == 5);
        CHECK(f.service->bytes_out == 17);
        CHECK(f.service->open == 2);
        CHECK(f.service->accepted == 2);

        one.end();
        CHECK(one.lost());
        CHECK(f.service->open == 1);
        CHECK(factory->connections() == 2); // as long as the protocol is there
    }
    CHECK(f.service->open == 0);
    CHECK(f.service->accepted == 2);
    CHECK(factory->connections() == 0);
}

TEST_CASE("who is not let in is counted as refused") {
    Fixture f;
    const auto factory = f.factory(1);
    MemoryTransport one;
    connect(one, *factory);
    CHECK(factory->build_protocol(Address()) == nullptr);
    CHECK(f.service->refused == 1);
    CHECK(f.service->accepted == 1);

    const auto throwing =
        metered(f.figures, f.service, hawser::factory([]() -> std::unique_ptr<hawser::Protocol> {
                    throw std::runtime_error("no");
                }));
    CHECK_THROWS_AS((void)throwing->build_protocol(Address()), std::runtime_error);
    CHECK(f.service->refused == 2);
}

TEST_CASE("what a peer that does not read cannot take is not counted as written") {
    Fixture f;
    const auto factory = f.factory();
    hawser::TransportLimits limits;
    limits.write_limit = 10;
    MemoryTransport transport(limits);
    const MeteredConnection& connection = connect(transport, *factory);
    transport.hold_output();
    transport.deliver("abcd"); // twice, then five more are too many

    CHECK(transport.lost());
    CHECK(connection.bytes_out() == 8);
    CHECK(f.service->cut == 1);
}

TEST_CASE("what is sent of a file is counted, and a descriptor is passed on") {
    struct FileTransport final : hawser::TransportWrapper {
        std::optional<std::size_t> write_file(int, std::uint64_t, std::size_t count) override {
            return count < 1000 ? std::optional(count / 2) : std::nullopt;
        }
    };
    struct Sender final : hawser::Protocol {
        void connection_made() override {
            CHECK(transport().write_file(0, 0, 600) == 300);
            CHECK(transport().write_file(0, 300, 1000) == std::nullopt);
            transport().send_descriptor(0);
            transport().write("!");
        }
    };
    Fixture f;
    const auto factory = metered(f.figures, f.service, hawser::factory_for<Sender>());
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::ProtocolWrapper>(
        factory->build_protocol(transport.peer()), std::make_unique<FileTransport>()));

    CHECK(f.service->bytes_out == 301);
    CHECK(transport.take_descriptors().size() == 1);
}

TEST_CASE("behind a proxy the client is known once the header has come") {
    Fixture f;
    hawser::testing::ManualClock clock;
    const auto factory =
        metered(f.figures, f.service,
                hawser::runner::behind_proxies("haproxy:tcp:8000", clock, f.factory()));
    MemoryTransport transport;
    transport.set_peer(Address::parse("10.0.0.1:5555"));
    const MeteredConnection& connection = connect(transport, *factory);
    CHECK(to_string(connection.peer()) == "10.0.0.1:5555");
    CHECK(f.service->open == 1);

    transport.deliver("PROXY TCP4 192.0.2.1 198.51.100.7 1000 443\r\n");
    CHECK(to_string(connection.peer()) == "192.0.2.1:1000");
}

TEST_CASE("who is refused by the header of a proxy is counted as refused") {
    Fixture f;
    hawser::testing::ManualClock clock;
    const auto factory = metered(
        f.figures, f.service,
        hawser::runner::behind_proxies("haproxy:tcp:8000", clock,
                                       hawser::limit(0, hawser::factory_for<hawser::Protocol>())));
    MemoryTransport transport;
    connect(transport, *factory);

    transport.deliver("PROXY UNKNOWN\r\n");

    CHECK(transport.lost());
    CHECK(f.service->refused == 1);
    CHECK(f.service->open == 0);
}

TEST_CASE("connections that ended by a deadline or an exception are counted apart") {
    Fixture f;
    const auto factory = f.factory();
    hawser::testing::LogCapture log;
    const auto end_by = [&](const std::function<void(MemoryTransport&)>& end) {
        MemoryTransport transport;
        connect(transport, *factory);
        end(transport);
        CHECK(transport.lost());
    };
    end_by([](MemoryTransport& transport) { transport.deliver("throw"); });
    end_by([](MemoryTransport& transport) { transport.abort_connection(Errc::timed_out); });
    end_by([](MemoryTransport& transport) {
        transport.lose(std::make_error_code(std::errc::timed_out)); // by the kernel's
    });
    end_by([](MemoryTransport& transport) {
        transport.lose(std::make_error_code(std::errc::connection_reset));
    });

    CHECK(f.service->threw == 1);
    CHECK(f.service->timed_out == 2);
    CHECK(f.service->cut == 0);
    CHECK(log.count("Talker::data_received threw: no") == 1);
}

TEST_CASE("the longest callback is known by the class it was in, and slow ones are counted") {
    Fixture f;
    const auto factory = f.factory();
    MemoryTransport transport;
    connect(transport, *factory);
    hawser::testing::LogCapture log;

    f.next_takes = milliseconds(99);
    transport.deliver("a");
    CHECK(f.service->longest == milliseconds(99));
    CHECK(f.service->longest_in.ends_with("Talker::data_received"));
    CHECK(f.service->slow_callbacks == 0);

    f.next_takes = milliseconds(100);
    transport.deliver("b");
    f.next_takes = milliseconds(250);
    transport.deliver("throw");
    CHECK(f.service->longest == milliseconds(250));
    CHECK(f.service->slow_callbacks == 2);
}

TEST_CASE("open connections are found in the order in which they came") {
    Fixture f;
    const auto factory = f.factory();
    MemoryTransport one;
    std::optional<MemoryTransport> two(std::in_place);
    MemoryTransport three;
    const MeteredConnection* const first = &connect(one, *factory);
    const MeteredConnection* const second = &connect(*two, *factory);
    const MeteredConnection* const third = &connect(three, *factory);

    CHECK(f.figures.connection_from(0) == first);
    CHECK(f.figures.connection_from(first->number() + 1) == second);
    two.reset();
    CHECK(f.figures.connection_from(first->number() + 1) == third);
    CHECK(f.figures.connection_from(third->number() + 1) == nullptr);
    CHECK(third->since() == f.time);
    CHECK(third->service() == "talk");
}

TEST_CASE("figures of a service that is made anew go on, and end with the last who counts") {
    Fixture f;
    f.service->accepted = 7;
    CHECK(f.figures.of("talk")->accepted == 7);
    CHECK(f.figures.services().size() == 1);

    auto factory = f.factory();
    std::optional<MemoryTransport> transport(std::in_place);
    connect(*transport, *factory);
    f.service.reset();
    CHECK(f.figures.of("talk")->accepted == 8);
    transport.reset();
    factory.reset();
    CHECK(f.figures.services().empty());
    CHECK(f.figures.of("talk")->accepted == 0);
}
TEST_SUITE_END();
