// SPDX-License-Identifier: MIT
/// \file
/// PluginOption, what can be set about a plug-in, and OptionValues, what was.
#pragma once

#include <hawser/core/error.h>
#include <hawser/core/export.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

/// `--name VALUE` on the command line, `name = VALUE` in a file. Its texts live as long as the
/// plug-in.
struct PluginOption {
    const char* name = "";
    /// What stands for its value in the help: "FILE"; "FILE..." may be given several times.
    /// Empty: a flag, which has none.
    const char* value = "";
    const char* help = ""; ///< One line or more, wrapped where it is shown.
    const char* by_default = "";
};

/// The options of one service, each with the value it was given, or its default. A value.
class HAWSER_API OptionValues {
public:
    OptionValues(); ///< Of nothing: nothing can be set.
    /// Those of \p options, as they are unless set.
    explicit OptionValues(std::span<const PluginOption> options);

    /// Sets \p name, or adds to it if it may be given several times; a flag is set by "true" and
    /// left by "false". Throws OptionError: no such option, given twice, not a flag's value.
    void set(std::string_view name, std::string_view value);

    // Asked for a name that none of the options has, these throw std::logic_error.

    [[nodiscard]] bool given(std::string_view name) const; ///< By set(), not by default.
    [[nodiscard]] bool flag(std::string_view name) const;
    /// The value, or the default; empty when there is neither.
    [[nodiscard]] const std::string& get(std::string_view name) const;
    /// All its values, in their order; the default alone when none was given.
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    /// A whole number. Throws OptionError: `--port: "abc" is not a number from 1 to 65535`.
    [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t least,
                                       std::uint64_t most) const;
    /// A time above zero, with its unit: `250ms`, `30s`, `5m`, `1h`, and `0` for none. Throws
    /// OptionError for anything else, and for more than a year.
    [[nodiscard]] std::chrono::milliseconds time(std::string_view name) const;

    /// By what is in force: a default that was given counts as one that was not.
    bool operator==(const OptionValues& other) const;

private:
    struct Option {
        std::string value; // as PluginOption has it
        std::string by_default;
        std::vector<std::string> given;
    };
    [[nodiscard]] const Option& option(std::string_view name) const;

    std::map<std::string, Option, std::less<>> options_;
};

/// An option that cannot be as it is: `--port: "abc" is not a number from 1 to 65535`.
class HAWSER_API OptionError final : public Error {
public:
    OptionError(std::string_view option, std::string_view what_is_wrong);
    ~OptionError() override;

    [[nodiscard]] const std::string& option() const noexcept { return option_; } ///< Its name.
    [[nodiscard]] const std::string& what_is_wrong() const noexcept { return what_is_wrong_; }

private:
    std::string option_;
    std::string what_is_wrong_;
};

} // namespace hawser
