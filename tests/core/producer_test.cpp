// SPDX-License-Identifier: MIT
#include <hawser/core/producer.h>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

using hawser::Bytes;
using hawser::Producer;

namespace {

class Source final : public Producer {
public:
    using Producer::leave_consumers;

private:
    void pause_producing() override {}
    void resume_producing() override {}
    void stop_producing() override {}
};

class Sink final : public hawser::Consumer {
public:
    void register_producer(Producer& producer, bool) override { set_producer(&producer); }
    void unregister_producer() override { ++left; }
    void write(Bytes) override {}
    [[nodiscard]] bool has(const Producer& source) const { return producer() == &source; }
    [[nodiscard]] bool has_none() const { return producer() == nullptr; }

    int left = 0;
};

} // namespace

TEST_SUITE_BEGIN("Producer");

TEST_CASE("a producer of several consumers leaves them all") {
    std::array<Sink, 3> sinks;
    Source source;
    for (Sink& sink : sinks) {
        sink.register_producer(source, true);
    }

    source.leave_consumers();

    for (const Sink& sink : sinks) {
        CHECK(sink.left == 1);
        CHECK(sink.has_none());
    }
}

TEST_CASE("one of several consumers may go, whichever it is, and the others stay") {
    for (std::size_t gone = 0; gone < 3; ++gone) {
        CAPTURE(gone);
        std::array<std::optional<Sink>, 3> sinks;
        auto source = std::make_unique<Source>();
        for (auto& sink : sinks) {
            sink.emplace().register_producer(*source, true);
        }

        sinks[gone].reset();
        for (const auto& sink : sinks) {
            CHECK((!sink || sink->has(*source)));
        }
        source.reset();

        for (const auto& sink : sinks) {
            CHECK((!sink || (sink->left == 1 && sink->has_none())));
        }
    }
}

TEST_CASE("a consumer that takes another producer is left by the first no more") {
    Sink sink;
    Source second;
    {
        Source first;
        sink.register_producer(first, true);
        sink.register_producer(second, true);
    }
    CHECK(sink.left == 0);
    CHECK(sink.has(second));
}

TEST_SUITE_END();
