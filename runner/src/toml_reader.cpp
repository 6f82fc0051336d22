// SPDX-License-Identifier: MIT
#include "toml_reader.h"

#include <hawser/core/detail/no_such_name.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <tuple>

namespace hawser::runner {

namespace {

bool is_flag(const PluginOption& option) noexcept {
    return option.value[0] == '\0';
}

bool is_repeated(const PluginOption& option) noexcept {
    return std::string_view(option.value).ends_with("...");
}

/// What the option is to be set to; null when \p value is nothing of the kind.
std::optional<std::string> text_of(const toml::node& value, const PluginOption& option) {
    if (is_flag(option)) {
        const auto set = value.value_exact<bool>();
        return set ? std::optional<std::string>(*set ? "true" : "false") : std::nullopt;
    }
    if (const auto number = value.value_exact<std::int64_t>()) {
        return std::to_string(*number);
    }
    return value.value_exact<std::string>();
}

std::string expected(const PluginOption& option) {
    return fmt::format("{}: {} is expected here", option.name,
                       is_flag(option)       ? "true or false"
                       : is_repeated(option) ? "a string, a whole number, or a list of these"
                                             : "a string or a whole number");
}

} // namespace

void Faults::add(std::size_t line, std::size_t column, std::string_view text, std::string picture) {
    faults_.push_back({line, column,
                       printable(fmt::format("{}:{}:{}: {}", path_, line, column, text)),
                       std::move(picture)});
}

void Faults::throw_if_any() const {
    if (faults_.empty()) {
        return;
    }
    std::vector<ConfigurationFault> faults = faults_;
    std::sort(faults.begin(), faults.end(), [](const auto& one, const auto& other) {
        return std::tie(one.line, one.column, one.text) <
               std::tie(other.line, other.column, other.text);
    });
    throw ConfigurationError(std::move(faults));
}

bool TomlTable::has(std::string_view key) const {
    return table_->contains(key);
}

void TomlTable::check_keys(std::initializer_list<std::span<const PluginOption>> options,
                           std::initializer_list<std::string_view> others) const {
    std::vector<std::string_view> names;
    for (const std::span<const PluginOption> each : options) {
        for (const PluginOption& option : each) {
            names.emplace_back(option.name);
        }
    }
    names.insert(names.end(), others);
    for (const auto& [key, value] : *table_) {
        if (std::find(names.begin(), names.end(), key.str()) == names.end()) {
            const toml::source_position at = key.source().begin;
            faults_->add(at.line, at.column,
                         names.empty() ? fmt::format("no key \"{}\": there are none", key.str())
                                       : detail::no_such_name("key", key.str(), names));
        }
    }
}

void TomlTable::set(OptionValues& values, std::span<const PluginOption> options,
                    const OptionValues* given) const {
    for (const PluginOption& option : options) {
        const toml::node* const value = table_->get(option.name);
        if (value == nullptr || (given != nullptr && given->given(option.name))) {
            continue;
        }
        const toml::array* const list = is_repeated(option) ? value->as_array() : nullptr;
        const std::size_t count = list != nullptr ? list->size() : 1;
        for (std::size_t i = 0; i < count; ++i) {
            const auto text = text_of(list != nullptr ? *list->get(i) : *value, option);
            if (text) {
                values.set(option.name, *text);
            } else {
                fault_of(option.name, expected(option), {}, list != nullptr ? i : whole);
            }
        }
    }
}

std::optional<TomlTable> TomlTable::table(std::string_view key) const {
    const toml::node* const value = table_->get(key);
    if (value != nullptr && !value->is_table()) {
        fault_of(key, fmt::format("{}: a table is expected here", key));
    }
    return value != nullptr && value->is_table()
               ? std::optional<TomlTable>({*value->as_table(), *faults_})
               : std::nullopt;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
    std::vector<TomlTable> tables;
    const toml::node* const value = table_->get(key);
    if (value != nullptr && !value->is_array_of_tables()) {
        fault_of(key, fmt::format("write [[{}]], with two brackets on each side", key));
    } else if (value != nullptr) {
        for (const toml::node& each : *value->as_array()) {
            tables.emplace_back(*each.as_table(), *faults_);
        }
    }
    return tables;
}

void TomlTable::fault(std::string_view text) const {
    const toml::source_position at = table_->source().begin;
    faults_->add(std::max<std::size_t>(at.line, 1), std::max<std::size_t>(at.column, 1), text);
}

void TomlTable::fault_of(std::string_view key, std::string_view text, std::string picture,
                         std::size_t index) const {
    const toml::node* value = table_->get(key);
    if (value == nullptr) {
        value = table_;
    } else if (const toml::array* const list = value->as_array();
               list != nullptr && index < list->size()) {
        value = list->get(index);
    }
    const toml::source_position at = value->source().begin;
    faults_->add(std::max<std::size_t>(at.line, 1), std::max<std::size_t>(at.column, 1), text,
                 std::move(picture));
}

TomlFile::TomlFile(std::string_view text, Faults& faults) : faults_(faults) {
    try {
        top_ = toml::parse(text);
    } catch (const toml::parse_error& error) {
        std::string what(error.description());
        what.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(what.front())));
        faults.add(error.source().begin.line, error.source().begin.column, what);
        faults.throw_if_any();
    }
}

} // namespace hawser::runner
