// SPDX-License-Identifier: MIT
#include "log_levels.h"

#include "exit_code.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using hawser::LogLevel;
using hawser::runner::ExitCode;
using hawser::runner::Failure;
using hawser::runner::LogLevels;

namespace {

std::string error_of(std::string_view text) {
    try {
        (void)LogLevels::parse(text);
        return "";
    } catch (const Failure& failure) {
        CHECK(failure.exit_code() == ExitCode::usage);
        return failure.what();
    }
}

} // namespace

TEST_SUITE("LogLevels") {
    TEST_CASE("unless told otherwise, they let info and above through") {
        CHECK(LogLevels().of("chat") == LogLevel::info);
        CHECK(LogLevels(LogLevel::error).of("chat") == LogLevel::error);
    }

    TEST_CASE("what is said of an area goes for what is below it, by whole names") {
        const LogLevels levels = LogLevels::parse("info,a.b=debug,a.b.c=error");

        CHECK(levels.of("a") == LogLevel::info);
        CHECK(levels.of("a.b") == LogLevel::debug);
        CHECK(levels.of("a.b.x") == LogLevel::debug);
        CHECK(levels.of("a.b.c") == LogLevel::error);
        CHECK(levels.of("a.b.c.d") == LogLevel::error);
        CHECK(levels.of("a.bc") == LogLevel::info);
        CHECK(levels.of("") == LogLevel::info);
        CHECK(levels.of("...") == LogLevel::info);
    }

    TEST_CASE("the level of all others may stand anywhere, or be left out") {
        CHECK(LogLevels::parse("warning").of("chat") == LogLevel::warning);
        CHECK(LogLevels::parse("chat=debug,critical").of("reactor") == LogLevel::critical);
        CHECK(LogLevels::parse("chat=debug").of("reactor") == LogLevel::info);
        CHECK(LogLevels::parse("chat=debug,chat=error").of("chat") == LogLevel::error);
    }

    TEST_CASE("levels are changed one by one, and told as they are read") {
        LogLevels levels = LogLevels::parse("info,chat=debug");
        levels.change("a.b=error");
        CHECK(to_string(levels) == "info,a.b=error,chat=debug");
        levels.change("warning,chat=info");
        CHECK(to_string(levels) == "warning,a.b=error,chat=info");
        CHECK(LogLevels::parse(to_string(levels)) == levels);
        CHECK_THROWS_AS(levels.change("critical,chat=loud"), Failure);
        CHECK(to_string(levels) == "warning,a.b=error,chat=info");
    }

    TEST_CASE("what is no level is an error that shows it") {
        const std::string there_are = ": a level is debug, info, warning, error or critical";
        CHECK(error_of("loud") == "bad log level \"loud\"" + there_are);
        CHECK(error_of("INFO") == "bad log level \"INFO\"" + there_are);
        CHECK(error_of("") == "bad log level \"\"" + there_are);
        CHECK(error_of("info,") == "bad log level \"\"" + there_are);
        CHECK(error_of("info,chat=loud") == "bad log level \"chat=loud\"" + there_are);
        CHECK(error_of("info,chat=debug=x") == "bad log level \"chat=debug=x\"" + there_are);
        CHECK(error_of("info,=debug") ==
              "bad log level \"=debug\": no area before the equals sign");
    }
}
