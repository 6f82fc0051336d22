// SPDX-License-Identifier: MIT
#include "line_rule.h"

#include <hawser/protocols/line_rules.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace hawser::detail {

namespace {

constexpr std::string_view spaces = " \t";
constexpr std::string_view arrow = "=>";
constexpr std::string_view close_word = "!close";

bool is_space(char c) noexcept {
    return spaces.find(c) != spaces.npos;
}

class Reader {
public:
    explicit Reader(std::string_view line) : line_(line), end_(line.size()) {}

    LineRule read() {
        skip_spaces();
        read_pattern();
        at_ += arrow.size();
        skip_spaces();
        read_close();
        read_answer();
        return std::move(rule_);
    }

private:
    using Part = LineRule::Part;
    enum class NewLines : bool { no, yes };

    [[noreturn]] static void fail(std::size_t column, std::string what) {
        throw LineRuleFault{column, std::move(what)};
    }

    [[nodiscard]] std::string_view rest() const noexcept { return line_.substr(at_, end_ - at_); }

    void skip_spaces() noexcept { at_ = std::min(line_.find_first_not_of(spaces, at_), end_); }

    void read_pattern() {
        const std::size_t begin = at_;
        while (!rest().starts_with(arrow)) {
            if (at_ == end_) {
                fail(at_, "a rule reads \"PATTERN => ANSWER\"");
            }
            if (const std::size_t space = take_space(); space > 0) {
                if (!rest().starts_with(arrow)) {
                    for (const char c : line_.substr(at_ - space, space)) {
                        rule_.pattern.add_text(c);
                    }
                }
            } else if (at_ - begin >= LineRules::pattern_limit) {
                fail(at_, fmt::format("a pattern has at most {} bytes", LineRules::pattern_limit));
            } else if (line_[at_] == '*' || line_[at_] == '?') {
                read_wildcard();
            } else {
                rule_.pattern.add_text(take_octet(NewLines::no));
            }
        }
    }

    void read_wildcard() {
        if (rule_.pattern.wildcards() == LineRules::wildcard_limit) {
            fail(at_,
                 fmt::format("a pattern has at most {} of * and ?", LineRules::wildcard_limit));
        }
        if (line_[at_++] == '*') {
            rule_.pattern.add_any_text();
        } else {
            rule_.pattern.add_any_character();
        }
    }

    // The last word is an action, not text.
    void read_close() noexcept {
        const std::string_view words = rest().substr(0, rest().find_last_not_of(spaces) + 1);
        if (words == close_word || (words.ends_with(close_word) &&
                                    is_space(words[words.size() - close_word.size() - 1]))) {
            rule_.close = true;
            end_ = at_ + words.size() - close_word.size();
        }
    }

    void read_answer() {
        if (end_ - at_ > LineRules::answer_limit) {
            fail(at_ + LineRules::answer_limit,
                 fmt::format("an answer has at most {} bytes", LineRules::answer_limit));
        }
        while (at_ < end_) {
            if (const std::size_t space = take_space(); space > 0) {
                if (at_ < end_) {
                    answer_text() += line_.substr(at_ - space, space);
                }
            } else if (line_[at_] == '$') {
                read_variable();
            } else {
                answer_text() += take_octet(NewLines::yes);
            }
        }
    }

    std::string& answer_text() {
        if (rule_.answer.empty() || rule_.answer.back().kind != Part::Kind::text) {
            rule_.answer.emplace_back();
        }
        return rule_.answer.back().text;
    }

    void read_variable() {
        const std::size_t dollar = at_++;
        const std::string_view behind = rest();
        if (!behind.empty() && '1' <= behind.front() && behind.front() <= '9') {
            const auto capture = static_cast<std::size_t>(behind.front() - '1');
            if (capture >= rule_.pattern.wildcards()) {
                fail(dollar, fmt::format("no wildcard for ${} in the pattern", behind.front()));
            }
            rule_.answer.push_back({Part::Kind::capture, {}, capture});
            ++at_;
            return;
        }
        const auto letters = std::find_if_not(behind.begin(), behind.end(), [](char c) {
            return std::isalpha(static_cast<unsigned char>(c)) != 0;
        });
        const std::string_view name(behind.data(),
                                    static_cast<std::size_t>(letters - behind.begin()));
        if (name == "line" || name == "peer") {
            rule_.answer.push_back({name == "line" ? Part::Kind::line : Part::Kind::peer, {}, 0});
            at_ += name.size();
            return;
        }
        fail(dollar, "a dollar sign is one of $1 to $9, $line, $peer, or written \\$");
    }

    // Takes spaces; returns how many.
    std::size_t take_space() noexcept {
        const std::size_t begin = at_;
        while (at_ < end_ && is_space(line_[at_])) {
            ++at_;
        }
        return at_ - begin;
    }

    // Takes an octet, or an escape that stands for one.
    char take_octet(NewLines new_lines) {
        const char c = line_[at_++];
        if (c != '\\') {
            return c;
        }
        if (at_ == end_) {
            fail(at_ - 1, "a backslash with nothing behind it");
        }
        const char escaped = line_[at_++];
        if (escaped == 't') {
            return '\t';
        }
        if (escaped == 'n' && new_lines == NewLines::yes) {
            return '\n';
        }
        if (std::ispunct(static_cast<unsigned char>(escaped)) == 0 && !is_space(escaped)) {
            fail(at_ - 2, "a backslash stands before a sign, a space, t, or n in an answer");
        }
        return escaped;
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::size_t end_; // of what is to be read
    LineRule rule_;
};

} // namespace

LineRule read_line_rule(std::string_view line) {
    return Reader(line).read();
}

} // namespace hawser::detail
