// SPDX-License-Identifier: MIT
/// \file
/// LogLevels, which records are written.
#pragma once

#include <hawser/core/log.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace hawser::runner {

/// A level for all areas, and others for some: `info`, `info,chat=debug`, `warning,a.b=debug`. What
/// is said of `a.b` goes for `a.b.c` too, unless that is named itself; it does not for `a.bc`.
class LogLevels {
public:
    explicit LogLevels(LogLevel others = LogLevel::info) noexcept;

    /// Throws Failure with ExitCode::usage: `bad log level "chat=loud": a level is debug, info,
    /// warning, error or critical`. Of two entries for one area the later one counts.
    static LogLevels parse(std::string_view text);

    /// Sets those that \p text names; the others stay. Throws as parse(), and nothing has changed.
    void change(std::string_view text);

    /// The least level of the records of \p area that are written.
    [[nodiscard]] LogLevel of(std::string_view area) const noexcept;

    /// What parse() reads as \p levels.
    friend std::string to_string(const LogLevels& levels);
    friend bool operator==(const LogLevels&, const LogLevels&) = default;

private:
    LogLevel others_;
    std::map<std::string, LogLevel, std::less<>> areas_;
};

} // namespace hawser::runner
