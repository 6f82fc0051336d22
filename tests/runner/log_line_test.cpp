// SPDX-License-Identifier: MIT
#include "log_line.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using hawser::LogField;
using hawser::LogLevel;
using hawser::LogRecord;
using hawser::runner::log_format_named;
using hawser::runner::log_line;
using hawser::runner::log_text_limit;
using hawser::runner::LogFormat;

namespace {

const std::chrono::system_clock::time_point noon =
    std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + 12h + 4min + 5s + 67ms;

std::string line_of(LogFormat format, std::string_view message,
                    const std::vector<LogField>& fields = {}) {
    return log_line(format, LogRecord{LogLevel::warning, "chat", message, fields}, noon);
}

std::string text_of(std::string_view message, const std::vector<LogField>& fields = {}) {
    const std::string line = line_of(LogFormat::text, message, fields);
    const std::string_view before = "2026-02-03T12:04:05.067Z warning chat: ";
    REQUIRE(line.starts_with(before));
    return line.substr(before.size());
}

std::string json_of(std::string_view message, const std::vector<LogField>& fields = {}) {
    const std::string line = line_of(LogFormat::json, message, fields);
    const std::string_view before =
        R"({"time":"2026-02-03T12:04:05.067Z","level":"warning","area":"chat","message":)";
    REQUIRE(line.starts_with(before));
    return line.substr(before.size());
}

} // namespace

TEST_SUITE_BEGIN("log_line");

TEST_CASE("formats have names") {
    CHECK(log_format_named("text") == LogFormat::text);
    CHECK(log_format_named("json") == LogFormat::json);
    CHECK(!log_format_named("xml").has_value());
}

TEST_CASE("time is UTC, in milliseconds, rounded down, before 1970 too") {
    using std::chrono::system_clock;
    const LogRecord record{LogLevel::info, "a", "m", {}};
    const auto line_at = [&](system_clock::duration since_1970) {
        return log_line(LogFormat::text, record, system_clock::time_point(since_1970));
    };

    CHECK(line_at(0ms) == "1970-01-01T00:00:00.000Z info a: m\n");
    CHECK(line_at(999'999us) == "1970-01-01T00:00:00.999Z info a: m\n");
    CHECK(line_at(-1us) == "1969-12-31T23:59:59.999Z info a: m\n");
    CHECK(line_at(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29).time_since_epoch()) ==
          "2024-02-29T00:00:00.000Z info a: m\n");
}

TEST_CASE("text: a value that is one word stands bare, any other in quotes") {
    CHECK(text_of("accept failed", {{"listener", "tcp:[::1]:80"}, {"why", "no memory"}}) ==
          "accept failed listener=tcp:[::1]:80 why=\"no memory\"\n");
    CHECK(text_of("m", {{"k", ""}}) == "m k=\"\"\n");
    CHECK(text_of("m", {{"k", "a=b"}}) == "m k=\"a=b\"\n");
    CHECK(text_of("m", {{"k", R"(say "hi" \o/)"}}) == R"(m k="say \"hi\" \\o/")"
                                                      "\n");
    CHECK(text_of("m", {{"two words=", "v"}}) == "m two_words_=v\n");
}

TEST_CASE("text: nothing a stranger sends makes a second line, or commands a terminal") {
    CHECK(text_of("one\ntwo\x1b[2J\x7f") == "one\\x0atwo\\x1b[2J\\x7f\n");
    CHECK(text_of("\xC2\x9B") == "\\xc2\\x9b\n");            // C1: another escape sequence
    CHECK(text_of("a\xE2\x80\xAE") == "a\\xe2\\x80\\xae\n"); // writes from right to left
    CHECK(text_of("\xff\xC3") == "\\xff\\xc3\n");            // not UTF-8
    CHECK(text_of("h\xC3\xA9") == "h\xC3\xA9\n");            // is
    CHECK(text_of(std::string_view("a\0b", 3)) == "a\\x00b\n");
    CHECK(text_of("m", {{"k", "a\nb"}}) == "m k=\"a\\x0ab\"\n");
    CHECK(text_of("m", {{"k\n", "v"}}) == "m k_=v\n");
}

TEST_CASE("json: fields have a place of their own, so that none can pose as the time") {
    CHECK(json_of("accept failed") == "\"accept failed\"}\n");
    CHECK(json_of("m", {{"time", "0"}, {"level", "none"}}) ==
          "\"m\",\"fields\":{\"time\":\"0\",\"level\":\"none\"}}\n");
}

TEST_CASE("json: what must be escaped is, and what is not UTF-8 is replaced") {
    CHECK(json_of("\"\\/") == R"("\"\\/"})"
                              "\n");
    CHECK(json_of("a\nb\tc\x1b") == R"("a\u000ab\u0009c\u001b"})"
                                    "\n");
    CHECK(json_of(std::string_view("\0\x7f", 2)) == R"("\u0000\u007f"})"
                                                    "\n");
    CHECK(json_of("\xE2\x80\xA8") == R"("\u2028"})"
                                     "\n");
    CHECK(json_of("h\xC3\xA9 \xF0\x9F\x98\x80") == "\"h\xC3\xA9 \xF0\x9F\x98\x80\"}\n");
    CHECK(json_of("\xff") == "\"\xEF\xBF\xBD\"}\n");
    CHECK(json_of("m", {{"\"", "\xC0\x80"}}) ==
          "\"m\",\"fields\":{\"\\\"\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}}\n");
}

TEST_CASE("a message or value that is too long is cut, never in the middle of a character") {
    const std::string most(log_text_limit, 'x');
    CHECK(text_of(most) == most + "\n");
    CHECK(text_of(most + "y") == most + "...\n");
    CHECK(json_of(most + "y") == "\"" + most + "...\"}\n");
    CHECK(text_of("m", {{"k", most + "y"}}) == "m k=" + most + "...\n");

    const std::string odd = std::string(log_text_limit - 1, 'x') + "\xC3\xA9\xC3\xA9";
    CHECK(text_of(odd) == odd.substr(0, log_text_limit + 1) + "...\n");
}

TEST_SUITE_END();
