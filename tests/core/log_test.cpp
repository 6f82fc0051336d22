// SPDX-License-Identifier: MIT
#include <hawser/core/log.h>

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using hawser::log;
using hawser::LogLevel;
using hawser::LogRecord;
using hawser::LogSink;
using hawser::set_log_sink;
using hawser::testing::LogCapture;

namespace {

/// Keeps every field as `key=value`.
class FieldSink final : public LogSink {
public:
    std::vector<std::string> fields;
    void write(const LogRecord& record) override {
        for (const hawser::LogField& field : record.fields) {
            fields.push_back(std::string(field.key) + "=" + std::string(field.value));
        }
    }
};

class ThrowingSink final : public LogSink {
    void write(const LogRecord&) override { throw std::runtime_error("disk full"); }
};

} // namespace

TEST_SUITE_BEGIN("log");

TEST_CASE("a record goes to the sink, fields and all") {
    FieldSink sink;
    LogSink* before = set_log_sink(&sink);

    log(LogLevel::info, "area", "message", {{"peer", "192.0.2.1:80"}, {"count", "2"}});

    CHECK(set_log_sink(before) == &sink);
    CHECK(sink.fields == std::vector<std::string>{"peer=192.0.2.1:80", "count=2"});
}

TEST_CASE("an exception from a sink goes no further") {
    ThrowingSink sink;
    LogSink* before = set_log_sink(&sink);

    CHECK_NOTHROW(log(LogLevel::error, "area", "message"));

    set_log_sink(before);
}

TEST_CASE("without a sink a record is one line, whatever a stranger has put into it") {
    std::FILE* file = std::tmpfile();
    const int standard_error = ::dup(STDERR_FILENO);
    LogSink* before = set_log_sink(nullptr);
    std::fflush(stderr);
    ::dup2(::fileno(file), STDERR_FILENO);

    log(LogLevel::error, "area", "one\ntwo\x1b[2J", {{"peer", std::string_view("a\0b\x7f", 4)}});

    std::fflush(stderr);
    ::dup2(standard_error, STDERR_FILENO);
    ::close(standard_error);
    set_log_sink(before);
    std::array<char, 200> text{};
    std::rewind(file);
    const std::size_t size = std::fread(text.data(), 1, text.size(), file);
    std::fclose(file);
    CHECK(std::string(text.data(), size) ==
          "error area: one\\x0atwo\\x1b[2J (peer=a\\x00b\\x7f)\n");
}

TEST_CASE("levels have names and an order") {
    CHECK(to_string(LogLevel::debug) == "debug");
    CHECK(to_string(LogLevel::warning) == "warning");
    CHECK(to_string(LogLevel::critical) == "critical");
    CHECK(LogLevel::debug < LogLevel::info);
    CHECK(LogLevel::error < LogLevel::critical);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("LogCapture");

TEST_CASE("it takes every record, as a line each") {
    const LogCapture capture;

    log(LogLevel::debug, "chat", "one");
    log(LogLevel::error, "transport", "two", {{"peer", "x"}});

    CHECK(capture.lines() == std::vector<std::string>{"debug chat: one", "error transport: two"});
    CHECK(capture.count("two") == 1);
    CHECK(capture.count("three") == 0);
}

TEST_CASE("the sink before it has the records again afterwards") {
    const LogCapture outer;
    {
        const LogCapture inner;
        log(LogLevel::info, "area", "inside");
        CHECK(inner.count("inside") == 1);
    }
    log(LogLevel::info, "area", "after");

    CHECK(outer.lines() == std::vector<std::string>{"info area: after"});
}

TEST_CASE("records of several threads are all there") {
    const LogCapture capture;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([] {
            for (int n = 0; n < 100; ++n) {
                log(LogLevel::info, "thread", "line");
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }

    CHECK(capture.count("info thread: line") == 400);
}

TEST_SUITE_END();
