// SPDX-License-Identifier: MIT
/// \file
/// TomlFile and TomlTable, from TOML to OptionValues, with the place of all that is wrong.
#pragma once

#include "configuration.h"

#include <hawser/runner/option_values.h>

#include <toml++/toml.h>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser::runner {

/// What is wrong in the file \p path, so far.
class Faults {
public:
    explicit Faults(std::string path) : path_(std::move(path)) {}

    /// \p text in one line, and what is not printable replaced.
    void add(std::size_t line, std::size_t column, std::string_view text, std::string picture = {});
    [[nodiscard]] std::size_t size() const noexcept { return faults_.size(); }
    void throw_if_any() const; ///< ConfigurationError, in the order in which they stand there.

private:
    std::string path_;
    std::vector<ConfigurationFault> faults_;
};

/// A table of a TomlFile, which outlives it.
class TomlTable {
public:
    TomlTable(const toml::table& table, Faults& faults) noexcept
        : table_(&table), faults_(&faults) {}

    [[nodiscard]] bool has(std::string_view key) const;

    /// A fault for each key that is neither one of \p options nor in \p others, with the nearest.
    void check_keys(std::initializer_list<std::span<const PluginOption>> options,
                    std::initializer_list<std::string_view> others) const;
    /// Sets those of \p options that are here and were not \p given elsewhere. A fault for each
    /// value that is not of the right type: a string or a whole number, true or false for a flag,
    /// a list of these where there may be several.
    void set(OptionValues& values, std::span<const PluginOption> options,
             const OptionValues* given = nullptr) const;

    /// The table \p key; null, and a fault, where it is something else.
    [[nodiscard]] std::optional<TomlTable> table(std::string_view key) const;
    /// Those of `[[key]]`; none, and a fault, where it is something else.
    [[nodiscard]] std::vector<TomlTable> tables(std::string_view key) const;

    void fault(std::string_view text) const; ///< Of the whole table.
    static constexpr std::size_t whole = std::string_view::npos;
    /// Of the value of \p key, in a list of its element \p index; of the table if there is none.
    void fault_of(std::string_view key, std::string_view text, std::string picture = {},
                  std::size_t index = 0) const;

private:
    const toml::table* table_;
    Faults* faults_;
};

class TomlFile {
public:
    /// Throws ConfigurationError when \p text is not TOML. \p faults outlives it.
    TomlFile(std::string_view text, Faults& faults);

    [[nodiscard]] TomlTable top() const noexcept { return {top_, faults_}; }

private:
    toml::table top_;
    Faults& faults_;
};

} // namespace hawser::runner
