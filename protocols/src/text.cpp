// SPDX-License-Identifier: MIT
#include <hawser/protocols/text.h>

#include <algorithm>
#include <array>
#include <span>

namespace hawser {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array unsafe{
    Range{0x00, 0x1F},     // C0 controls
    Range{0x7F, 0x9F},     // DEL, C1 controls
    Range{0x2028, 0x2029}, // line and paragraph separator
    Range{0x202A, 0x202E}, // embedding and override of direction
    Range{0x2066, 0x2069}, // isolates of direction
};

constexpr std::array invisible{
    Range{0x20, 0x20},       // space
    Range{0xA0, 0xA0},       // no-break space
    Range{0xAD, 0xAD},       // soft hyphen
    Range{0x034F, 0x034F},   // grapheme joiner
    Range{0x061C, 0x061C},   // Arabic letter mark
    Range{0x115F, 0x1160},   // Hangul fillers
    Range{0x1680, 0x1680},   // Ogham space
    Range{0x17B4, 0x17B5},   // Khmer inherent vowels
    Range{0x180B, 0x180F},   // Mongolian separators
    Range{0x2000, 0x200F},   // spaces, zero width, marks of direction
    Range{0x202F, 0x202F},   // narrow no-break space
    Range{0x205F, 0x2065},   // mathematical space, word joiner, invisible operators
    Range{0x206A, 0x206F},   // deprecated formats
    Range{0x2800, 0x2800},   // Braille blank
    Range{0x3000, 0x3000},   // ideographic space
    Range{0x3164, 0x3164},   // Hangul filler
    Range{0xFE00, 0xFE0F},   // variation selectors
    Range{0xFEFF, 0xFEFF},   // byte order mark
    Range{0xFFA0, 0xFFA0},   // half-width Hangul filler
    Range{0xFFF0, 0xFFFB},   // annotations
    Range{0xE0000, 0xE0FFF}, // tags, variation selectors
};

bool contains(std::span<const Range> ranges, char32_t code_point) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
        return range.first <= code_point && code_point <= range.last;
    });
}

// Most of what people write: needs no second look.
constexpr bool is_plain(char c) noexcept {
    return ' ' <= c && c <= '~';
}

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// How a sequence begins: its length, and what its second byte may be (the rest: 80 to BF).
struct Lead {
    std::size_t length = 0; // 0: no sequence begins so
    unsigned char second_from = 0x80;
    unsigned char second_to = 0xBF;
};

constexpr Lead lead_of(unsigned char byte) noexcept {
    if (byte < 0x80) return {1};
    if (byte < 0xC2) return {}; // goes on with one, or overlong
    if (byte < 0xE0) return {2};
    if (byte == 0xE0) return {3, 0xA0, 0xBF}; // below: overlong
    if (byte == 0xED) return {3, 0x80, 0x9F}; // above: surrogates
    if (byte < 0xF0) return {3};
    if (byte == 0xF0) return {4, 0x90, 0xBF}; // below: overlong
    if (byte < 0xF4) return {4};
    if (byte == 0xF4) return {4, 0x80, 0x8F}; // above: over U+10FFFF
    return {};
}

} // namespace

char32_t take_code_point(std::string_view& text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const Lead lead = lead_of(byte(0));
    if (lead.length <= 1) {
        const char32_t ascii = lead.length == 1 ? byte(0) : not_utf8;
        text.remove_prefix(1);
        return ascii;
    }
    char32_t code_point = byte(0) & (0x7FU >> lead.length);
    std::size_t i = 1;
    for (; i < lead.length && i < text.size(); ++i) {
        const unsigned char from = i == 1 ? lead.second_from : 0x80;
        const unsigned char to = i == 1 ? lead.second_to : 0xBF;
        if (byte(i) < from || byte(i) > to) {
            break;
        }
        code_point = (code_point << 6) | (byte(i) & 0x3FU);
    }
    text.remove_prefix(i);
    return i == lead.length ? code_point : not_utf8;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        if (take_code_point(text) == not_utf8) {
            return false;
        }
    }
    return true;
}

std::size_t count_code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        take_code_point(text);
    }
    return count;
}

bool is_unsafe(char32_t code_point) noexcept {
    return contains(unsafe, code_point);
}

bool is_invisible(char32_t code_point) noexcept {
    return contains(invisible, code_point);
}

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    while (true) {
        const auto plain = std::find_if_not(text.begin(), text.end(), is_plain);
        shown.append(text.begin(), plain);
        text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
        if (text.empty()) {
            return shown;
        }
        const std::string_view before = text;
        const char32_t code_point = take_code_point(text);
        if (code_point == '\t') {
            shown += ' ';
        } else if (code_point == not_utf8 || is_unsafe(code_point)) {
            shown += replacement;
        } else {
            shown += before.substr(0, before.size() - text.size());
        }
    }
}

std::string fold_case(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) {
        if ('A' <= c && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return folded;
}

} // namespace hawser
