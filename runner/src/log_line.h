// SPDX-License-Identifier: MIT
/// \file
/// A log record as one line, for people or for programs.
#pragma once

#include <hawser/core/log.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hawser::runner {

enum class LogFormat { text, json };

/// Of "text" or "json"; null for any other name.
[[nodiscard]] std::optional<LogFormat> log_format_named(std::string_view name) noexcept;

/// The most bytes of a message or of a value, as it is written: the rest becomes "...".
inline constexpr std::size_t log_text_limit = 8192;

/// \p record with a newline at its end, and no other in it, whatever a stranger has put there.
///
/// text: `2026-11-27T11:07:17.123Z warning reactor: accept failed listener=tcp:8000 why="no
/// memory"` What would command a terminal, and what is not UTF-8, is written as `\x1b`; a value
/// that has spaces, quotes or such is put in quotes, with `\"` and `\\` inside.
///
/// json: `{"time":"2026-11-27T11:07:17.123Z","level":"warning","area":"reactor","message":"accept
/// failed","fields":{"listener":"tcp:8000"}}`, as in RFC 8259. What is not UTF-8 becomes U+FFFD.
/// A record without fields has no `fields`.
[[nodiscard]] std::string log_line(LogFormat format, const LogRecord& record,
                                   std::chrono::system_clock::time_point time);

} // namespace hawser::runner
