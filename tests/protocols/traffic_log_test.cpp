// SPDX-License-Identifier: MIT
#include <hawser/protocols/traffic_log.h>

#include <hawser/core/log.h>
#include <hawser/protocols/echo.h>
#include <hawser/testing/log_capture.h>
#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

using hawser::Bytes;
using hawser::factory_for;
using hawser::Protocol;
using hawser::SharedBytes;
using hawser::traffic_log;
using hawser::testing::LogCapture;
using hawser::testing::MemoryTransport;

namespace {

using Lines = std::vector<std::string>;

/// Writes in every way there is.
class Writer final : public Protocol {
    void connection_made() override {
        transport().write("one");
        transport().write(SharedBytes("two"));
        transport().write_sequence(std::array<Bytes, 2>{"th", "ree"});
        transport().lose_write_connection();
        transport().write("late");
    }
    bool read_connection_lost() override {
        transport().abort_connection();
        return true;
    }
};

/// The fields of the last record.
class FieldSink final : public hawser::LogSink {
public:
    std::string fields;
    FieldSink() : before_(hawser::set_log_sink(this)) {}
    FieldSink(const FieldSink&) = delete;
    FieldSink& operator=(const FieldSink&) = delete;
    ~FieldSink() override { hawser::set_log_sink(before_); }
    void write(const hawser::LogRecord& record) override {
        fields.clear();
        for (const hawser::LogField& field : record.fields) {
            fields.append(field.key).append("=").append(field.value).append(" ");
        }
    }

private:
    hawser::LogSink* before_;
};

} // namespace

TEST_SUITE_BEGIN("traffic_log");

TEST_CASE("the life of a connection is logged, and what passes, with offsets of each direction") {
    const LogCapture log;
    const auto factory = traffic_log(factory_for<hawser::Echo>(), "echo");
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));

    transport.deliver("hello\r\n");
    transport.deliver(std::string("0123456789abcdef\0\x7f\xff", 19));
    transport.end();

    CHECK(transport.lost());
    CHECK(
        log.lines() ==
        Lines{"debug echo: connected", "debug echo: received 7 bytes",
              "debug echo: < 00000000  68 65 6c 6c 6f 0d 0a                              |hello..|",
              "debug echo: wrote 7 bytes",
              "debug echo: > 00000000  68 65 6c 6c 6f 0d 0a                              |hello..|",
              "debug echo: received 19 bytes",
              "debug echo: < 00000007  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
              "|0123456789abcdef|",
              "debug echo: < 00000017  00 7f ff                                          |...|",
              "debug echo: wrote 19 bytes",
              "debug echo: > 00000007  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
              "|0123456789abcdef|",
              "debug echo: > 00000017  00 7f ff                                          |...|",
              "debug echo: the peer has ended its direction",
              "debug echo: lost in order: 26 bytes received, 26 written"});
}

TEST_CASE("every way to write is logged, and what is dropped is said to be") {
    const LogCapture log;
    const auto factory = traffic_log(factory_for<Writer>());
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));
    transport.end();
    transport.turn();

    CHECK(transport.sent() == "onetwothree");
    CHECK(log.count("wrote 3 bytes") == 2);
    CHECK(log.count("> 00000003  74 77 6f") == 1);
    CHECK(log.count("> 00000006  74 68 72 65 65") == 1);
    CHECK(log.count("ends its direction") == 1);
    CHECK(log.count("dropped 4 bytes") == 1);
    CHECK(log.count("aborts (connection aborted)") == 1);
    CHECK(log.count("lost (connection aborted): 0 bytes received, 11 written") == 1);
}

TEST_CASE("no more of a read or a write is shown than was asked for") {
    const LogCapture log;
    const auto factory = traffic_log(factory_for<hawser::Echo>(), "echo", 20);
    MemoryTransport transport;
    transport.attach(factory->build_protocol({}));

    transport.deliver(std::string(1000, 'x'));

    CHECK(log.count("< 000000") == 2);
    CHECK(log.count("> 000000") == 2);
    CHECK(log.count("00000010  78 78 78 78   ") == 2);
    CHECK(log.count("< and 980 more") == 1);
    CHECK(log.count("> and 980 more") == 1);
}

TEST_CASE("each record tells which connection, and whose") {
    FieldSink sink;
    const auto factory = traffic_log(factory_for<hawser::Echo>());
    MemoryTransport first;
    first.attach(factory->build_protocol({}));
    MemoryTransport second;
    second.attach(factory->build_protocol({}));
    CHECK(sink.fields == "connection=2 peer=192.0.2.1:50000 ");

    first.deliver("x");

    CHECK(sink.fields == "connection=1 peer=192.0.2.1:50000 ");
}

TEST_SUITE_END();
