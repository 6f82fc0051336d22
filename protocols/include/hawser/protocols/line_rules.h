// SPDX-License-Identifier: MIT
/// \file
/// LineRules, what to answer to which line, as it stands in a file.
#pragma once

#include <hawser/core/error.h>
#include <hawser/core/export.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

namespace detail {
struct LineRule;
}

struct LineAnswer {
    std::string text;   ///< Whole lines, each with its "\n"; empty: nothing to send.
    bool close = false; ///< The connection is over then.
};

/// Rules, one on a line: `PATTERN => ANSWER`. The first one that matches a line counts.
///
///     # Comments and empty lines are left out.
///     hello          => Hello, $peer!
///     say *          => $1
///     swap ? *       => $2 $1
///     help           => say WORDS\nswap LETTER WORDS\nbye
///     bye            => See you. !close
///                    => An empty line?
///     *              => What is "$line"?
///
/// In a pattern, `*` stands for any text and `?` for one character. In an answer, `$1` to `$9` is
/// what the first to ninth of these stood for, `$line` the whole line, `$peer` who sent it, and
/// `\n` ends a line. `!close` as the last word ends the connection. A rule without an answer is
/// silent.
///
/// Spaces around a pattern and an answer do not count. A backslash makes the next sign an ordinary
/// one: `\*`, `\$`, `\\`, `\=>`, `\!close`, `\ `; `\t` is a tab.
///
/// To match a pattern takes time in proportion to its length times that of the line at worst, and
/// effort_limit bounds that of all together. A value: copies are cheap.
class HAWSER_API LineRules {
public:
    LineRules(); ///< None: no line has an answer.
    ~LineRules();
    LineRules(const LineRules&);
    LineRules& operator=(const LineRules&);

    /// Throws LineRulesError, which calls the file \p name.
    static LineRules parse(std::string_view text, std::string_view name = "rules");
    /// The same for the file at \p path. Throws Error too, for a pipe as well, which would keep us
    /// waiting: `cannot read /etc/line.rules: permission denied`.
    static LineRules read(const std::string& path);

    /// Null: no rule matches, or none could be found within effort_limit. More than expansion_limit
    /// bytes are cut off.
    [[nodiscard]] std::optional<LineAnswer> answer(std::string_view line,
                                                   std::string_view peer) const;

    [[nodiscard]] std::size_t size() const noexcept; ///< How many rules there are.

    static constexpr std::size_t file_limit = 1024 * 1024;    ///< Bytes in a file.
    static constexpr std::size_t rule_limit = 1000;           ///< Rules.
    static constexpr std::size_t pattern_limit = 1024;        ///< Bytes in a pattern.
    static constexpr std::size_t wildcard_limit = 9;          ///< Of `*` and `?` in a pattern.
    static constexpr std::size_t answer_limit = 4096;         ///< Bytes in an answer, as written.
    static constexpr std::size_t expansion_limit = 64 * 1024; ///< Bytes in an answer, as sent.
    /// Bytes of a line that are looked at in search of an answer: a thousand rules may each search
    /// 4 KiB. Past it there is none.
    static constexpr std::size_t effort_limit = 4 * 1024 * 1024;

private:
    using Rules = std::vector<detail::LineRule>;
    explicit LineRules(std::shared_ptr<const Rules> rules) noexcept;

    std::shared_ptr<const Rules> rules_; // shared by all copies; null: none
};

/// Rules that cannot be read: `line.rules:3:14: no wildcard for $2 in the pattern`.
class HAWSER_API LineRulesError : public Error {
public:
    LineRulesError(std::string_view name, std::size_t line, std::size_t column,
                   std::string_view what_is_wrong);
    ~LineRulesError() override;
    [[nodiscard]] std::size_t line() const noexcept { return line_; }     ///< From 1.
    [[nodiscard]] std::size_t column() const noexcept { return column_; } ///< From 1, in bytes.

private:
    std::size_t line_;
    std::size_t column_;
};

} // namespace hawser
