// SPDX-License-Identifier: MIT
#include <hawser/core/resolver.h>

#include <algorithm>

namespace hawser {

namespace {

constexpr std::size_t longest_name = 253; // RFC 1035, 2.3.4, without the final dot
constexpr std::size_t longest_label = 63;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_label_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}

bool is_label(std::string_view label) noexcept {
    return !label.empty() && label.size() <= longest_label && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), is_label_character);
}

} // namespace

Resolver::~Resolver() = default;

bool is_host_name(std::string_view text) noexcept {
    if (text.ends_with('.')) {
        text.remove_suffix(1);
    }
    if (text.size() > longest_name) {
        return false;
    }
    for (;;) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        if (!is_label(label)) {
            return false;
        }
        if (dot == std::string_view::npos) {
            // Else 1.2.3 or 256.1.1.1, a mistyped address, would go to a name server.
            return !std::all_of(label.begin(), label.end(), is_digit);
        }
        text.remove_prefix(dot + 1);
    }
}

} // namespace hawser
