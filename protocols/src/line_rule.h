// SPDX-License-Identifier: MIT
/// \file
/// LineRule, one of LineRules, and how it is read.
#pragma once

#include "line_pattern.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

struct LineRule {
    struct Part {
        enum class Kind : unsigned char { text, capture, line, peer };
        Kind kind = Kind::text;
        std::string text;        // of text alone
        std::size_t capture = 0; // from 0
    };

    LinePattern pattern;
    std::vector<Part> answer;
    bool close = false;
};

/// What is wrong with a rule, and where.
struct LineRuleFault {
    std::size_t column; // from 0
    std::string what;
};

/// Reads \p line, which is neither empty nor a comment. Throws LineRuleFault.
[[nodiscard]] LineRule read_line_rule(std::string_view line);

} // namespace hawser::detail
