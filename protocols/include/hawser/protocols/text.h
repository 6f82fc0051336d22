// SPDX-License-Identifier: MIT
/// \file
/// Text from strangers: is it UTF-8, and may it be shown on somebody's terminal?
#pragma once

#include <hawser/core/export.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hawser {

/// What take_code_point() returns for bytes that are not UTF-8.
inline constexpr char32_t not_utf8 = 0xFFFFFFFF;

/// Takes the first code point off \p text. Of bytes that are not UTF-8 (cut short, overlong,
/// surrogates, above U+10FFFF) it takes what Unicode recommends to replace by one U+FFFD.
/// Precondition: not empty.
HAWSER_API char32_t take_code_point(std::string_view& text) noexcept;

/// True when \p text is UTF-8 throughout.
HAWSER_API bool is_utf8(std::string_view text) noexcept;

/// How many code points there are; one for each piece that is not UTF-8.
HAWSER_API std::size_t count_code_points(std::string_view text) noexcept;

/// True for what commands a terminal or deceives who reads it: control characters (C0, DEL, C1),
/// line and paragraph separators, and the overrides of writing direction.
HAWSER_API bool is_unsafe(char32_t code_point) noexcept;

/// True for what leaves no mark of its own, so that two names with and without it look the same:
/// spaces of all widths, joiners, fillers, variation selectors, tags.
HAWSER_API bool is_invisible(char32_t code_point) noexcept;

/// \p text with U+FFFD in place of what is unsafe or not UTF-8, and a space in place of each tab:
/// what may be written on anybody's terminal.
HAWSER_API std::string printable(std::string_view text);

/// \p text with its ASCII letters in lower case. Other letters stay: what they are in lower case
/// depends on the language.
HAWSER_API std::string fold_case(std::string_view text);

} // namespace hawser
