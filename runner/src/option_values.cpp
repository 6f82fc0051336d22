// SPDX-License-Identifier: MIT
#include <hawser/runner/option_values.h>

#include <hawser/core/detail/no_such_name.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <stdexcept>

namespace hawser {

namespace {

bool repeated(std::string_view value) noexcept {
    return value.ends_with("...");
}

struct Unit {
    std::string_view name;
    std::chrono::milliseconds length;
};

constexpr Unit units[] = {
    {"ms", std::chrono::milliseconds(1)},
    {"s", std::chrono::seconds(1)},
    {"m", std::chrono::minutes(1)},
    {"h", std::chrono::hours(1)},
};

/// Null unless \p text is a number and a unit.
std::optional<std::chrono::milliseconds> read_time(std::string_view text) noexcept {
    constexpr std::uint64_t longest = 366ULL * 24 * 60 * 60 * 1000;
    std::uint64_t count = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc()) {
        return std::nullopt;
    }
    if (count == 0 && rest == end) {
        return std::chrono::milliseconds::zero();
    }
    for (const Unit& unit : units) {
        const auto length = static_cast<std::uint64_t>(unit.length.count());
        if (std::string_view(rest, static_cast<std::size_t>(end - rest)) == unit.name &&
            count <= longest / length) {
            return unit.length * static_cast<std::int64_t>(count);
        }
    }
    return std::nullopt;
}

} // namespace

OptionValues::OptionValues() = default;

OptionValues::OptionValues(std::span<const PluginOption> options) {
    for (const PluginOption& option : options) {
        const bool is_flag = option.value[0] == '\0';
        options_.insert_or_assign(option.name,
                                  Option{option.value, is_flag ? "false" : option.by_default, {}});
    }
}

void OptionValues::set(std::string_view name, std::string_view value) {
    const auto found = options_.find(name);
    if (found == options_.end()) {
        std::vector<std::string_view> names;
        for (const auto& each : options_) {
            names.emplace_back(each.first);
        }
        const std::string_view near = detail::nearest(name, names);
        throw OptionError(name, near.empty() ? "there is no such option"
                                             : fmt::format("there is no such option; did you mean "
                                                           "--{}?",
                                                           near));
    }
    Option& option = found->second;
    if (!option.given.empty() && !repeated(option.value)) {
        throw OptionError(name, "given twice");
    }
    if (option.value.empty() && value != "true" && value != "false") {
        throw OptionError(name, fmt::format("takes no value, \"{}\" is one", value));
    }
    option.given.emplace_back(value);
}

bool OptionValues::given(std::string_view name) const {
    return !option(name).given.empty();
}

bool OptionValues::flag(std::string_view name) const {
    return get(name) == "true";
}

const std::string& OptionValues::get(std::string_view name) const {
    const Option& found = option(name);
    return found.given.empty() ? found.by_default : found.given.back();
}

std::vector<std::string> OptionValues::all(std::string_view name) const {
    const Option& found = option(name);
    if (found.given.empty() && !found.by_default.empty()) {
        return {found.by_default};
    }
    return found.given;
}

std::uint64_t OptionValues::number(std::string_view name, std::uint64_t least,
                                   std::uint64_t most) const {
    const std::string& text = get(name);
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || rest != end || value < least || value > most) {
        const std::string range = most == std::numeric_limits<std::uint64_t>::max()
                                      ? fmt::format("{} up", least)
                                      : fmt::format("{} to {}", least, most);
        throw OptionError(name, fmt::format("\"{}\" is not a number from {}", text, range));
    }
    return value;
}

std::chrono::milliseconds OptionValues::time(std::string_view name) const {
    const std::string& text = get(name);
    const auto time = read_time(text);
    if (!time) {
        throw OptionError(
            name, fmt::format("\"{}\" is not a time: 250ms, 30s, 5m, 1h, or 0 for none", text));
    }
    return *time;
}

const OptionValues::Option& OptionValues::option(std::string_view name) const {
    const auto found = options_.find(name);
    if (found == options_.end()) {
        throw std::logic_error(fmt::format("there is no option \"{}\" to ask for", name));
    }
    return found->second;
}

bool OptionValues::operator==(const OptionValues& other) const {
    return std::equal(options_.begin(), options_.end(), other.options_.begin(),
                      other.options_.end(), [&](const auto& ours, const auto& theirs) {
                          return ours.first == theirs.first &&
                                 all(ours.first) == other.all(ours.first);
                      });
}

OptionError::OptionError(std::string_view option, std::string_view what_is_wrong)
    : Error(Whole{}, std::make_error_code(std::errc::invalid_argument),
            fmt::format("--{}: {}", option, what_is_wrong)),
      option_(option), what_is_wrong_(what_is_wrong) {}

OptionError::~OptionError() = default;

} // namespace hawser
