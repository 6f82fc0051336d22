// SPDX-License-Identifier: MIT
/// \file
/// Cutting a stream of bytes into lines, the same way in every hand-written peer.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace bench {

inline constexpr std::size_t longest_line = 16 * 1024;

/// Calls \p on_line with each complete line of \p data, without its '\n'. \p tail is what is
/// left of an unfinished line from one call to the next. False if a line is too long.
template <typename OnLine>
bool split_lines(std::string_view data, std::string& tail, OnLine on_line) {
    const char* at = data.data();
    const char* const end = at + data.size();
    while (at != end) {
        const auto* newline =
            static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
        const std::string_view piece(
            at, static_cast<std::size_t>((newline != nullptr ? newline : end) - at));
        if (tail.size() + piece.size() > longest_line) {
            return false;
        }
        if (newline == nullptr) {
            tail.append(piece);
            return true;
        }
        if (tail.empty()) {
            on_line(piece);
        } else {
            tail.append(piece);
            on_line(std::string_view(tail));
            tail.clear();
        }
        at = newline + 1;
    }
    return true;
}

} // namespace bench
