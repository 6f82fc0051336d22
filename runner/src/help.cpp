// SPDX-License-Identifier: MIT
#include "help.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

namespace hawser::runner {

namespace {

constexpr std::size_t width = 79;
constexpr std::size_t text_column = 28;

// \p text in lines of at most \p most bytes, unless a word is longer; '\n' begins a line too.
std::vector<std::string> wrapped(std::string_view text, std::size_t most) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \n");
        const std::string_view word = text.substr(0, end);
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > most) {
            lines.emplace_back();
        }
        lines.back() += lines.back().empty() ? "" : " ";
        lines.back() += word;
        if (end == std::string_view::npos) {
            break;
        }
        if (text[end] == '\n') {
            lines.emplace_back();
        }
        text.remove_prefix(end + 1);
    }
    return lines;
}

} // namespace

std::string help_row(std::string_view name, std::string_view text) {
    std::string row = fmt::format("  {}", name);
    if (text.empty()) {
        return row + '\n';
    }
    if (row.size() + 2 > text_column) {
        row += fmt::format("\n{:{}}", "", text_column);
    } else {
        row.resize(text_column, ' ');
    }
    bool first = true;
    for (const std::string& line : wrapped(text, width - text_column)) {
        row += first ? line + '\n' : fmt::format("{:{}}{}\n", "", text_column, line);
        first = false;
    }
    return row;
}

std::string help_group(const OptionGroup& group) {
    std::string text = fmt::format("{}:\n", group.title);
    for (const PluginOption& option : group.options) {
        const bool flag = option.value[0] == '\0';
        const bool has_default = option.by_default[0] != '\0';
        text += help_row(fmt::format("--{}{}{}", option.name, flag ? "" : " ", option.value),
                         has_default ? fmt::format("{} [{}]", option.help, option.by_default)
                                     : std::string(option.help));
    }
    return text;
}

} // namespace hawser::runner
