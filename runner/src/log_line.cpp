// SPDX-License-Identifier: MIT
#include "log_line.h"

#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace hawser::runner {

namespace {

// RFC 3339, UTC.
void append_time(std::string& line, std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<milliseconds>(time - day));
    fmt::format_to(std::back_inserter(line), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), clock.hours().count(),
                   clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

// Calls append(code point, its bytes) for each code point, until the limit.
template <class Append>
void append_each(std::string& line, std::string_view text, Append append) {
    const std::size_t begin = line.size();
    while (!text.empty()) {
        if (line.size() - begin >= log_text_limit) {
            line += "...";
            return;
        }
        const std::string_view before = text;
        const char32_t code_point = take_code_point(text);
        append(code_point, before.substr(0, before.size() - text.size()));
    }
}

enum class Quotes : bool { no, yes };

void append_printable(std::string& line, std::string_view text, Quotes quotes) {
    append_each(line, text, [&](char32_t code_point, std::string_view bytes) {
        if (code_point == not_utf8 || is_unsafe(code_point)) {
            for (const char byte : bytes) {
                fmt::format_to(std::back_inserter(line), "\\x{:02x}",
                               static_cast<unsigned char>(byte));
            }
        } else {
            const bool special = code_point == '"' || code_point == '\\';
            line += special && quotes == Quotes::yes ? "\\" : "";
            line += bytes;
        }
    });
}

// What separates and quotes is only ever what it seems.
bool reads_bare(char c) noexcept {
    return '!' <= c && c <= '~' && c != '"' && c != '=' && c != '\\';
}

void append_field(std::string& line, const LogField& field) {
    line += ' ';
    std::replace_copy_if(
        field.key.begin(), field.key.end(), std::back_inserter(line),
        [](char c) { return !reads_bare(c); }, '_');
    line += '=';
    if (!field.value.empty() && std::all_of(field.value.begin(), field.value.end(), reads_bare)) {
        append_printable(line, field.value, Quotes::no);
    } else {
        line += '"';
        append_printable(line, field.value, Quotes::yes);
        line += '"';
    }
}

std::string text_line(const LogRecord& record, std::chrono::system_clock::time_point time) {
    std::string line;
    append_time(line, time);
    line += ' ';
    line += to_string(record.level);
    line += ' ';
    append_printable(line, record.area, Quotes::no);
    line += ": ";
    append_printable(line, record.message, Quotes::no);
    for (const LogField& field : record.fields) {
        append_field(line, field);
    }
    return line += '\n';
}

void append_json(std::string& line, std::string_view text) {
    line += '"';
    append_each(line, text, [&](char32_t code_point, std::string_view bytes) {
        if (code_point == not_utf8) {
            line += "\xEF\xBF\xBD"; // U+FFFD
        } else if (code_point == '"' || code_point == '\\') {
            line += '\\';
            line += bytes;
        } else if (is_unsafe(code_point)) { // all of them below U+10000: one escape is enough
            fmt::format_to(std::back_inserter(line), "\\u{:04x}",
                           static_cast<std::uint32_t>(code_point));
        } else {
            line += bytes;
        }
    });
    line += '"';
}

std::string json_line(const LogRecord& record, std::chrono::system_clock::time_point time) {
    std::string line = "{\"time\":\"";
    append_time(line, time);
    line += "\",\"level\":\"";
    line += to_string(record.level);
    line += "\",\"area\":";
    append_json(line, record.area);
    line += ",\"message\":";
    append_json(line, record.message);
    const char* before = ",\"fields\":{";
    for (const LogField& field : record.fields) {
        line += before;
        append_json(line, field.key);
        line += ':';
        append_json(line, field.value);
        before = ",";
    }
    return line += record.fields.empty() ? "}\n" : "}}\n";
}

} // namespace

std::optional<LogFormat> log_format_named(std::string_view name) noexcept {
    if (name == "text") {
        return LogFormat::text;
    }
    return name == "json" ? std::optional(LogFormat::json) : std::nullopt;
}

std::string log_line(LogFormat format, const LogRecord& record,
                     std::chrono::system_clock::time_point time) {
    return format == LogFormat::text ? text_line(record, time) : json_line(record, time);
}

} // namespace hawser::runner
