// SPDX-License-Identifier: MIT
#include "manifest.h"

#include "exit_code.h"
#include "small_file.h"

#include <hawser/core/log.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

namespace hawser::runner {

namespace {

constexpr std::size_t longest_name = 64;
constexpr std::array<std::string_view, 5> keys{"name", "version", "summary", "provides", "abi"};

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view spaces = " \t\r";
    const std::size_t begin = text.find_first_not_of(spaces);
    return begin == text.npos ? std::string_view()
                              : text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

bool may_be_shown(std::string_view text) noexcept {
    while (!text.empty()) {
        const char32_t code_point = take_code_point(text);
        if (code_point == not_utf8 || (is_unsafe(code_point) && code_point != '\t')) {
            return false;
        }
    }
    return true;
}

// Reads lines into values, and knows where it is when one is wrong.
class Reader {
public:
    explicit Reader(const std::string& path) : path_(path) {}

    void read(std::string_view text) {
        for (bool more = true; more;) {
            const std::size_t end = text.find('\n');
            more = end != text.npos;
            ++line_;
            take_line(trimmed(text.substr(0, end)));
            text.remove_prefix(more ? end + 1 : text.size());
        }
    }

    Manifest result() const {
        Manifest manifest;
        manifest.name = value_of("name");
        const std::filesystem::path file(path_);
        if (!is_plugin_name(manifest.name)) {
            fail(line_of("name"), "a name has small letters, digits, - and _, and begins with a "
                                  "letter");
        }
        if (manifest.name != file.stem()) {
            fail(line_of("name"), "the name is not that of the file");
        }
        manifest.version = value_of("version");
        manifest.summary = value_of("summary");
        manifest.provides = list_of("provides");
        manifest.abi = number_of("abi");
        manifest.module = std::filesystem::path(file).replace_extension(".so").string();
        return manifest;
    }

private:
    struct Value {
        std::string text;
        std::size_t line = 0;
    };

    [[noreturn]] void fail(std::size_t line, std::string_view why) const {
        throw Failure(ExitCode::config, fmt::format("{}:{}: {}", printable(path_), line, why));
    }

    void take_line(std::string_view line) {
        if (line.empty() || line.front() == '#') {
            return;
        }
        if (!may_be_shown(line)) {
            fail(line_, "this is not text");
        }
        const std::size_t equals = line.find('=');
        if (equals == line.npos) {
            fail(line_, "a line reads \"key = value\"");
        }
        const std::string_view key = trimmed(line.substr(0, equals));
        const std::string_view value = trimmed(line.substr(equals + 1));
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            const std::string where = fmt::format("{}:{}", path_, line_);
            log(LogLevel::debug, "plugins", "unknown key in a manifest",
                {{"key", key}, {"where", where}});
            return;
        }
        if (value.empty()) {
            fail(line_, fmt::format("\"{}\" has no value", key));
        }
        if (!values_.try_emplace(std::string(key), Value{std::string(value), line_}).second) {
            fail(line_, fmt::format("\"{}\" stands here twice", key));
        }
    }

    [[nodiscard]] const Value& found(std::string_view key) const {
        const auto at = values_.find(key);
        if (at == values_.end()) {
            fail(line_, fmt::format("\"{}\" is missing", key));
        }
        return at->second;
    }
    [[nodiscard]] const std::string& value_of(std::string_view key) const {
        return found(key).text;
    }
    [[nodiscard]] std::size_t line_of(std::string_view key) const { return found(key).line; }

    [[nodiscard]] std::uint32_t number_of(std::string_view key) const {
        const std::string& text = value_of(key);
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size()) {
            fail(line_of(key), fmt::format("\"{}\" is a number", key));
        }
        return number;
    }

    [[nodiscard]] std::vector<std::string> list_of(std::string_view key) const {
        std::vector<std::string> list;
        std::string_view rest = value_of(key);
        for (bool more = true; more;) {
            const std::size_t comma = rest.find(',');
            more = comma != rest.npos;
            list.emplace_back(trimmed(rest.substr(0, comma)));
            if (list.back().empty()) {
                fail(line_of(key), fmt::format("\"{}\" has an empty place", key));
            }
            rest.remove_prefix(more ? comma + 1 : rest.size());
        }
        return list;
    }

    const std::string& path_;
    std::size_t line_ = 0; // from 1; in the end, the last one
    std::map<std::string, Value, std::less<>> values_;
};

bool is_small_letter(char c) noexcept {
    return 'a' <= c && c <= 'z';
}

} // namespace

Manifest Manifest::read(const std::string& path) {
    return parse(read_small_file(path, size_limit), path);
}

Manifest Manifest::parse(std::string_view text, const std::string& path) {
    Reader reader(path);
    reader.read(text);
    return reader.result();
}

bool is_plugin_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= longest_name && is_small_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_small_letter(c) || ('0' <= c && c <= '9') || c == '_' || c == '-';
           });
}

} // namespace hawser::runner
