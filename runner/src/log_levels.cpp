// SPDX-License-Identifier: MIT
#include "log_levels.h"

#include "exit_code.h"

#include <hawser/protocols/text.h>

#include <fmt/format.h>

namespace hawser::runner {

namespace {

LogLevel level_named(std::string_view name, std::string_view entry) {
    for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warning,
                                 LogLevel::error, LogLevel::critical}) {
        if (name == to_string(level)) {
            return level;
        }
    }
    throw Failure(ExitCode::usage, fmt::format("bad log level \"{}\": a level is debug, info, "
                                               "warning, error or critical",
                                               printable(entry)));
}

} // namespace

LogLevels::LogLevels(LogLevel others) noexcept : others_(others) {}

LogLevels LogLevels::parse(std::string_view text) {
    LogLevels levels;
    levels.change(text);
    return levels;
}

void LogLevels::change(std::string_view text) {
    LogLevels levels = *this;
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        const std::string_view entry = text.substr(0, comma);
        more = comma != std::string_view::npos;
        text.remove_prefix(more ? comma + 1 : text.size());

        const std::size_t equals = entry.find('=');
        if (equals == std::string_view::npos) {
            levels.others_ = level_named(entry, entry);
        } else if (equals > 0) {
            levels.areas_.insert_or_assign(std::string(entry.substr(0, equals)),
                                           level_named(entry.substr(equals + 1), entry));
        } else {
            throw Failure(ExitCode::usage,
                          fmt::format("bad log level \"{}\": no area before the equals sign",
                                      printable(entry)));
        }
    }
    *this = std::move(levels);
}

std::string to_string(const LogLevels& levels) {
    std::string text(to_string(levels.others_));
    for (const auto& [area, level] : levels.areas_) {
        text += fmt::format(",{}={}", area, to_string(level));
    }
    return text;
}

LogLevel LogLevels::of(std::string_view area) const noexcept {
    while (!areas_.empty()) {
        if (const auto found = areas_.find(area); found != areas_.end()) {
            return found->second;
        }
        const std::size_t dot = area.rfind('.');
        if (dot == std::string_view::npos) {
            break;
        }
        area = area.substr(0, dot);
    }
    return others_;
}

} // namespace hawser::runner
