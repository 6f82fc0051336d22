// SPDX-License-Identifier: MIT
/// \file
/// Text, lines to send whose content says where they belong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// Random letters, the same in every run. A piece depends on who sends it and how often that one
/// has sent before, so that the answer of another connection or of another time does not pass.
class Text {
public:
    /// Pieces of \p lines lines of \p size bytes each, the '\n' included.
    Text(std::size_t size, std::size_t lines);

    /// What \p sender sends the \p turn th time.
    [[nodiscard]] std::string_view piece(std::size_t sender, std::uint64_t turn) const noexcept;

private:
    std::size_t size_;
    std::size_t piece_size_;
    std::size_t variants_;
    std::string letters_;
};

/// \p count random letters.
[[nodiscard]] std::string random_letters(std::size_t count);

/// Throws a std::runtime_error that names \p connection if \p received is not \p expected.
void check_same(std::string_view received, std::string_view expected, std::size_t connection);

} // namespace bench
