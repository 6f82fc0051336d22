// SPDX-License-Identifier: MIT
#include <hawser/protocols/line_rules.h>

#include "line_rule.h"

#include <hawser/core/descriptor.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace hawser {

namespace {

using detail::LinePattern;
using detail::LineRule;

bool is_rule(std::string_view line) noexcept {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    return begin != line.npos && line[begin] != '#';
}

std::string_view text_of(const LineRule::Part& part, std::string_view line, std::string_view peer,
                         const LinePattern::Captures& captures) noexcept {
    switch (part.kind) {
    case LineRule::Part::Kind::text: return part.text;
    case LineRule::Part::Kind::capture: return captures[part.capture];
    case LineRule::Part::Kind::line: return line;
    case LineRule::Part::Kind::peer: return peer;
    }
    return {};
}

std::string expanded(const LineRule& rule, std::string_view line, std::string_view peer,
                     const LinePattern::Captures& captures) {
    std::string text;
    for (const LineRule::Part& part : rule.answer) {
        text += text_of(part, line, peer, captures).substr(0, LineRules::expansion_limit);
        if (text.size() >= LineRules::expansion_limit) {
            text.resize(LineRules::expansion_limit - 1);
            break;
        }
    }
    if (!text.empty() && !text.ends_with('\n')) {
        text += '\n';
    }
    return text;
}

class NoFile final : public Error {
public:
    explicit NoFile(const std::string& path)
        : Error(Whole{}, std::make_error_code(std::errc::invalid_argument),
                fmt::format("cannot read {}: not a file", printable(path))) {}
};

} // namespace

LineRules::LineRules() = default;
LineRules::~LineRules() = default;
LineRules::LineRules(const LineRules&) = default;
LineRules& LineRules::operator=(const LineRules&) = default;

LineRules::LineRules(std::shared_ptr<const Rules> rules) noexcept : rules_(std::move(rules)) {}

LineRules LineRules::parse(std::string_view text, std::string_view name) {
    const auto rules = std::make_shared<Rules>();
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (!is_rule(line)) {
            continue;
        }
        if (rules->size() == rule_limit) {
            throw LineRulesError(name, number, 1,
                                 fmt::format("there are at most {} rules", rule_limit));
        }
        try {
            rules->push_back(detail::read_line_rule(line));
        } catch (const detail::LineRuleFault& fault) {
            throw LineRulesError(name, number, fault.column + 1, fault.what);
        }
    }
    return LineRules(rules);
}

LineRules LineRules::read(const std::string& path) {
    const auto fail = [&](std::error_code error) {
        throw Error(error, fmt::format("cannot read {}", printable(path)));
    };
    const auto check = [&](bool good) {
        if (!good) {
            fail({errno, std::system_category()});
        }
    };
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    check(static_cast<bool>(file));
    struct stat kind {};
    check(::fstat(file.get(), &kind) == 0);
    if (!S_ISREG(kind.st_mode)) { // a pipe would keep us waiting
        throw NoFile(path);
    }
    std::string text(file_limit + 1, '\0');
    std::size_t size = 0;
    ssize_t count = 0;
    do {
        count = ::read(file.get(), text.data() + size, text.size() - size);
        check(count >= 0 || errno == EINTR);
        size += static_cast<std::size_t>(count > 0 ? count : 0);
    } while (count != 0 && size < text.size());
    text.resize(size);
    if (text.size() > file_limit) {
        fail(std::make_error_code(std::errc::file_too_large));
    }
    return parse(text, path);
}

std::optional<LineAnswer> LineRules::answer(std::string_view line, std::string_view peer) const {
    if (rules_ == nullptr) {
        return std::nullopt;
    }
    LinePattern::Captures captures;
    std::size_t effort = effort_limit; // for all rules together
    for (const LineRule& rule : *rules_) {
        if (rule.pattern.matches(line, captures, effort)) {
            return LineAnswer{expanded(rule, line, peer, captures), rule.close};
        }
    }
    return std::nullopt;
}

std::size_t LineRules::size() const noexcept {
    return rules_ == nullptr ? 0 : rules_->size();
}

LineRulesError::LineRulesError(std::string_view name, std::size_t line, std::size_t column,
                               std::string_view what_is_wrong)
    : Error(Whole{}, std::make_error_code(std::errc::invalid_argument),
            fmt::format("{}:{}:{}: {}", printable(name), line, column, what_is_wrong)),
      line_(line), column_(column) {}

LineRulesError::~LineRulesError() = default;

} // namespace hawser
