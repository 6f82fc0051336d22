// SPDX-License-Identifier: MIT
/// \file
/// The log hook: where hawser reports what no caller can be told.
#pragma once

#include <hawser/core/export.h>

#include <initializer_list>
#include <span>
#include <string_view>

namespace hawser {

enum class LogLevel { debug, info, warning, error, critical };

/// "debug", "info", ...
HAWSER_API std::string_view to_string(LogLevel level) noexcept;

/// One named value of a record, as text; valid while the record is.
struct LogField {
    std::string_view key;
    std::string_view value;
};

/// What happened; every view in it is valid until LogSink::write() returns.
struct LogRecord {
    LogLevel level;
    std::string_view area;    ///< who says so: "reactor", "transport", "chat"
    std::string_view message; ///< for people; the fields repeat nothing of it
    std::span<const LogField> fields;
};

/// Where records go. Implement it to send them into a program's own log.
class HAWSER_API LogSink {
public:
    virtual ~LogSink();

    /// Must be thread-safe, and should not throw: an exception is swallowed.
    virtual void write(const LogRecord& record) = 0;
};

/// Sends every record to \p sink from now on; null brings back the default, which writes one
/// line for each record of level info and above to standard error. Returns the sink so far (null:
/// the default). The sink must outlive its use.
///
/// This is the one thing that is set for a whole process: a dropped Deferred or a thread has
/// nobody else to tell. Thread-safe.
HAWSER_API LogSink* set_log_sink(LogSink* sink) noexcept;

/// Reports. Thread-safe, and never throws.
HAWSER_API void log(LogLevel level, std::string_view area, std::string_view message,
                    std::initializer_list<LogField> fields = {}) noexcept;

} // namespace hawser
