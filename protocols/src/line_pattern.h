// SPDX-License-Identifier: MIT
/// \file
/// LinePattern, text with wildcards in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

/// `*` stands for any text, as little of it as will do; `?` for one character.
class LinePattern {
public:
    void add_text(char octet); ///< Behind what there is.
    void add_any_text();
    void add_any_character();

    /// What its wildcards stand for, in their order; views of \p line.
    using Captures = std::vector<std::string_view>;

    /// True when all of \p line matches. Not so, \p captures holds anything. There is no way back
    /// beyond the last `*`, for what stood before it matched as early as it could: so the time
    /// taken grows with the length of the line times that of the pattern, and no faster. \p effort,
    /// about how many bytes may be looked at, becomes less by what was; when it is used up, the
    /// line does not match.
    [[nodiscard]] bool matches(std::string_view line, Captures& captures,
                               std::size_t& effort) const;

    [[nodiscard]] std::size_t wildcards() const noexcept;

private:
    enum class Kind : unsigned char { text, any_text, any_character };
    struct Piece {
        Kind kind;
        std::string text; // of text alone
    };

    class Match;

    std::vector<Piece> pieces_; // no two of text side by side
};

} // namespace hawser::detail
