// SPDX-License-Identifier: MIT
#include <hawser/core/log.h>

#include "printable.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <iterator>

namespace hawser {

namespace {

std::atomic<LogSink*> current_sink{nullptr};

// One line, whatever a peer has put into it:
// `warning reactor: accept failed: too many open files (listener=tcp:8000)`
void write_line(const LogRecord& record) {
    if (record.level < LogLevel::info) {
        return;
    }
    fmt::memory_buffer line;
    fmt::format_to(std::back_inserter(line), "{} {}: {}", to_string(record.level), record.area,
                   printable_line(record.message));
    const char* before = " (";
    for (const LogField& field : record.fields) {
        fmt::format_to(std::back_inserter(line), "{}{}={}", before, field.key,
                       printable_line(field.value));
        before = ", ";
    }
    fmt::format_to(std::back_inserter(line), "{}\n", record.fields.empty() ? "" : ")");
    std::fwrite(line.data(), 1, line.size(), stderr); // one call: lines of threads do not mix
}

} // namespace

LogSink::~LogSink() = default;

std::string_view to_string(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::critical: return "critical";
    }
    return "unknown";
}

LogSink* set_log_sink(LogSink* sink) noexcept {
    return current_sink.exchange(sink);
}

void log(LogLevel level, std::string_view area, std::string_view message,
         std::initializer_list<LogField> fields) noexcept {
    const LogRecord record{level, area, message, {fields.begin(), fields.size()}};
    try {
        if (LogSink* sink = current_sink.load()) {
            sink->write(record);
        } else {
            write_line(record);
        }
    } catch (...) { // NOLINT(bugprone-empty-catch): a log that fails has nowhere to say so
    }
}

} // namespace hawser
