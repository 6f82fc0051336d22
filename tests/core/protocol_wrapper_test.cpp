// SPDX-License-Identifier: MIT
#include <hawser/core/protocol_wrapper.h>

#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::Bytes;
using hawser::Protocol;
using hawser::ProtocolWrapper;
using hawser::testing::MemoryTransport;

namespace {

using Events = std::vector<std::string>;

class Recorder final : public Protocol {
public:
    explicit Recorder(Events& events) : events_(events) {}
    ~Recorder() override { events_.push_back("destroyed, peer " + to_string(transport().peer())); }
    using Protocol::transport;

private:
    void connection_made() override { events_.emplace_back("made"); }
    void data_received(Bytes data) override {
        events_.push_back("data " + std::string(data));
        if (data == "throw") {
            throw std::runtime_error("no");
        }
    }
    void descriptor_received(hawser::Descriptor) override { events_.emplace_back("descriptor"); }
    void connection_lost(std::error_code reason) override {
        events_.push_back("lost " + (reason ? hawser::message_of(reason) : "in order"));
    }
    bool read_connection_lost() override {
        events_.emplace_back("read lost");
        return true;
    }
    void write_connection_lost() override { events_.emplace_back("write lost"); }
    void write_paused() override { events_.emplace_back("write paused"); }
    void write_resumed() override { events_.emplace_back("write resumed"); }
    void read_resumed() override { events_.emplace_back("read resumed"); }
    bool stop_requested() override {
        events_.emplace_back("stop requested");
        return true;
    }

    Events& events_;
};

// Says to whom it speaks, and in capital letters.
class Masked final : public hawser::TransportWrapper {
public:
    using hawser::TransportWrapper::write;
    [[nodiscard]] hawser::Address peer() const override {
        return hawser::Address::parse("203.0.113.9:80");
    }
    void write(Bytes data) override {
        std::string loud(data);
        for (char& letter : loud) {
            letter = static_cast<char>(letter & ~0x20);
        }
        hawser::TransportWrapper::write(loud);
    }
};

class CountingConsumer final : public hawser::Consumer {
public:
    void register_producer(hawser::Producer& producer, bool) override { set_producer(&producer); }
    void unregister_producer() override { set_producer(nullptr); }
    void write(Bytes) override {}
    [[nodiscard]] bool has_producer() const { return producer() != nullptr; }
};

} // namespace

TEST_SUITE_BEGIN("ProtocolWrapper");

TEST_CASE("every callback reaches the wrapped protocol, in order") {
    Events events;
    {
        MemoryTransport transport;
        transport.receive_descriptors(true);
        auto wrapper = std::make_unique<ProtocolWrapper>(std::make_unique<Recorder>(events));
        transport.attach(std::move(wrapper));
        transport.set_write_marks(4, 2);
        transport.hold_output();

        transport.write("12345");
        transport.turn();
        transport.release_output();
        transport.turn();
        transport.deliver_descriptor(hawser::Descriptor::duplicate_of(0));
        transport.deliver("hello");
        transport.pause_producing();
        transport.resume_producing();
        transport.turn();
        transport.request_stop();
        transport.lose_write_connection();
        transport.turn();
        transport.end();
        transport.lose(std::make_error_code(std::errc::connection_reset));
    }

    CHECK(events == Events{"made", "write paused", "write resumed", "descriptor", "data hello",
                           "read resumed", "stop requested", "write lost", "read lost",
                           "lost connection reset by peer", "destroyed, peer 192.0.2.1:50000"});
}

TEST_CASE("the wrapped protocol sees the transport it was given") {
    Events events;
    {
        MemoryTransport transport;
        auto& wrapper = transport.attach(std::make_unique<ProtocolWrapper>(
            std::make_unique<Recorder>(events), std::make_unique<Masked>()));
        auto& recorder = dynamic_cast<Recorder&>(*wrapper.wrapped());

        recorder.transport().write("loud");
        CHECK(transport.sent() == "LOUD");
        CHECK(to_string(recorder.transport().peer()) == "203.0.113.9:80");

        const hawser::ConnectionRef kept = recorder.transport().ref();
        CHECK(kept.get() == &recorder.transport());
        recorder.transport().lose_connection();
        transport.turn();
        CHECK(transport.lost());
        CHECK(kept.get() == nullptr);
    }
    CHECK(events.back() == "destroyed, peer 203.0.113.9:80");
}

TEST_CASE("a transport in between leaves its consumers when it reads no more") {
    Events events;
    MemoryTransport transport;
    auto& wrapper = transport.attach(std::make_unique<ProtocolWrapper>(
        std::make_unique<Recorder>(events), std::make_unique<Masked>()));
    auto& seen = dynamic_cast<Recorder&>(*wrapper.wrapped()).transport();
    CountingConsumer consumer;
    consumer.register_producer(seen, true);

    SUBCASE("the peer has ended") {
        transport.end();
    }
    SUBCASE("it was closed through the wrapper") {
        seen.lose_connection();
    }
    SUBCASE("it was aborted through the wrapper") {
        seen.abort_connection();
    }
    SUBCASE("its consumer stopped it") {
        seen.stop_producing();
    }
    SUBCASE("the connection broke") {
        transport.lose(std::make_error_code(std::errc::connection_reset));
    }
    transport.turn();

    CHECK_FALSE(consumer.has_producer());
}

TEST_CASE("an exception is reported with the name of the wrapped class") {
    Events events;
    const hawser::testing::LogCapture log;
    MemoryTransport transport;
    transport.attach(std::make_unique<ProtocolWrapper>(
        std::make_unique<ProtocolWrapper>(std::make_unique<Recorder>(events))));

    transport.deliver("throw");

    CHECK(log.count("Recorder::data_received threw: no") == 1);
    CHECK(transport.lost());
}

TEST_CASE("a wrapper may have nothing to wrap until it knows what") {
    class Late final : public ProtocolWrapper {
    public:
        explicit Late(Events& events) : ProtocolWrapper(nullptr), events_(events) {}

    private:
        void data_received(Bytes data) override {
            if (wrapped() == nullptr) {
                start_wrapped(std::make_unique<Recorder>(events_));
            } else {
                ProtocolWrapper::data_received(data);
            }
        }
        Events& events_;
    };
    Events events;
    MemoryTransport transport;
    transport.attach(std::make_unique<Late>(events));

    transport.deliver("first");
    transport.deliver("second");

    CHECK(events == Events{"made", "data second"});
}

TEST_CASE("a wrapped factory is told of the start and the end") {
    class Told final : public hawser::Factory {
    public:
        std::unique_ptr<Protocol> build_protocol(const hawser::Address&) override {
            return nullptr;
        }
    };
    class Wrapper final : public hawser::FactoryWrapper {
    public:
        using FactoryWrapper::FactoryWrapper;
        std::unique_ptr<Protocol> build_protocol(const hawser::Address& peer) override {
            return wrapped().build_protocol(peer);
        }
    };
    const auto inner = std::make_shared<Told>();
    Wrapper outer(inner);

    outer.do_start();
    CHECK(inner->started());
    outer.do_stop();
    CHECK_FALSE(inner->started());
}

TEST_SUITE_END();
