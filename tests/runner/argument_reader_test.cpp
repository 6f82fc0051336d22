// SPDX-License-Identifier: MIT
#include "argument_reader.h"
#include "exit_code.h"

#include <doctest/doctest.h>

#include <exception>
#include <string>
#include <vector>

using hawser::OptionValues;
using hawser::PluginOption;
using hawser::runner::ArgumentReader;

namespace {

constexpr PluginOption own_table[] = {
    {.name = "port", .value = "PORT"},
    {.name = "fast"},
};
constexpr PluginOption common_table[] = {
    {.name = "listen", .value = "ENDPOINT..."},
    {.name = "log-file", .value = "FILE"},
};

// What reading made of the arguments.
struct Reading {
    explicit Reading(const std::vector<std::string>& arguments, bool with_file = false) {
        ArgumentReader reader;
        reader.add(own_table, own);
        reader.add(common_table, common);
        if (with_file) {
            reader.add_argument("FILE", file);
        }
        try {
            reader.read(arguments);
        } catch (const std::exception& exception) {
            error = exception.what();
        }
    }

    OptionValues own{own_table};
    OptionValues common{common_table};
    std::string file;
    std::string error;
};

std::string error_of(const std::vector<std::string>& arguments, bool with_file = false) {
    return Reading(arguments, with_file).error;
}

} // namespace

TEST_SUITE("ArgumentReader") {
    TEST_CASE("options are set in the table they are from, in any order") {
        const Reading reading({"--listen", "tcp:1", "--fast", "--port=7", "--listen=tcp:2"});

        CHECK(reading.error.empty());
        CHECK(reading.own.get("port") == "7");
        CHECK(reading.own.flag("fast"));
        CHECK(reading.common.all("listen") == std::vector<std::string>{"tcp:1", "tcp:2"});
    }

    TEST_CASE("a value is taken as it is") {
        for (const std::string value : {"-1", "-", "[a,b]", "a b", "", "\"x\"", "a=b", "--", "%"}) {
            CAPTURE(value);
            CHECK(Reading({"--log-file", value}).common.all("log-file") ==
                  std::vector<std::string>{value});
        }
        CHECK(Reading({"--log-file=--fast x"}).common.get("log-file") == "--fast x");
    }

    TEST_CASE("a usage error names the option") {
        CHECK(error_of({"--nope"}) == "no option \"--nope\"");
        CHECK(error_of({"--nope=5", "--port", "7"}) == "no option \"--nope\"");
        CHECK(error_of({"-z"}) == "no option \"-z\"");
        CHECK(error_of({"--fast=1"}) == "--fast: takes no value, \"1\" is one");
        CHECK(error_of({"--port"}) == "--port: needs a value");
        CHECK(error_of({"--fast", "--log-file"}) == "--log-file: needs a value");
        CHECK(error_of({"--port", "--fast"}) == "--port: needs a value, --fast is an option");
        CHECK(error_of({"--port", "1", "--port", "2"}) == "--port: given twice");
        CHECK(error_of({"--fast", "--fast"}) == "--fast: given twice");
    }

    TEST_CASE("an abbreviation, or another case, is no option") {
        CHECK(error_of({"--por", "7"}) == "no option \"--por\"; did you mean --port?");
        CHECK(error_of({"--Port", "7"}) == "no option \"--Port\"; did you mean --port?");
        CHECK(error_of({"-port", "7"}) == "no option \"-port\"; did you mean --port?");
    }

    TEST_CASE("an argument is taken where one is expected") {
        CHECK(Reading({"--fast", "x.toml", "--port", "7"}, true).file == "x.toml");
        CHECK(Reading({"-"}, true).file == "-");
        CHECK(error_of({}, true) == "FILE is missing");
        CHECK(error_of({"a", "b"}, true) == "no argument is expected here: b");
        CHECK(error_of({"--listen", "a", "b"}) == "no argument is expected here: b");
    }

    TEST_CASE("all of these end with the code of a wrong command line") {
        std::string file;
        ArgumentReader reader;
        reader.add_argument("FILE", file);
        for (const std::vector<std::string>& arguments :
             std::vector<std::vector<std::string>>{{"--nope"}, {}, {"a", "b"}}) {
            try {
                reader.read(arguments);
                FAIL("no error");
            } catch (const hawser::runner::Failure& failure) {
                CHECK(failure.exit_code() == hawser::runner::ExitCode::usage);
            }
        }
    }
}
