// SPDX-License-Identifier: MIT
#include <hawser/runner/option_values.h>

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

using hawser::OptionError;
using hawser::OptionValues;
using hawser::PluginOption;

namespace {

constexpr PluginOption table[] = {
    {.name = "greeting", .value = "TEXT", .help = "What to say", .by_default = "hello"},
    {.name = "name", .value = "NAME...", .help = "Whom to greet"},
    {.name = "port", .value = "PORT", .by_default = "7"},
    {.name = "pause", .value = "TIME", .by_default = "1s"},
    {.name = "loud", .help = "In capitals"},
};

std::string error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const OptionError& error) {
        return error.what();
    }
    return "no error";
}

std::string number_error(const std::string& text) {
    OptionValues values(table);
    values.set("port", text);
    return error_of([&] { (void)values.number("port", 1, 65535); });
}

std::string time_error(const std::string& text) {
    OptionValues values(table);
    values.set("pause", text);
    return error_of([&] { (void)values.time("pause"); });
}

} // namespace

TEST_SUITE("OptionValues") {
    TEST_CASE("what is not set has its default") {
        const OptionValues values(table);

        CHECK(values.get("greeting") == "hello");
        CHECK(values.all("greeting") == std::vector<std::string>{"hello"});
        CHECK(values.get("name").empty());
        CHECK(values.all("name").empty());
        CHECK_FALSE(values.flag("loud"));
        CHECK_FALSE(values.given("greeting"));
    }

    TEST_CASE("what is set is as it was set") {
        OptionValues values(table);
        values.set("greeting", "");
        values.set("name", "Ada");
        values.set("name", "Grace");
        values.set("loud", "true");

        CHECK(values.given("greeting"));
        CHECK(values.get("greeting").empty());
        CHECK(values.all("name") == std::vector<std::string>{"Ada", "Grace"});
        CHECK(values.flag("loud"));
    }

    TEST_CASE("what cannot be set is told with the option's name") {
        OptionValues values(table);
        values.set("greeting", "hi");

        CHECK(error_of([&] { values.set("greeting", "ho"); }) == "--greeting: given twice");
        CHECK(error_of([&] { values.set("grating", "hi"); }) ==
              "--grating: there is no such option; did you mean --greeting?");
        CHECK(error_of([&] { values.set("x", "hi"); }) == "--x: there is no such option");
        CHECK(error_of([&] { values.set("loud", "1"); }) == "--loud: takes no value, \"1\" is one");
        CHECK(values.get("greeting") == "hi");
        CHECK_FALSE(values.flag("loud"));
    }

    TEST_CASE("the error knows the option and the rest apart") {
        const OptionError error("port", "given twice");

        CHECK(error.option() == "port");
        CHECK(error.what_is_wrong() == "given twice");
        CHECK(error.code() == std::errc::invalid_argument);
    }

    TEST_CASE("a number is whole, and in its range") {
        OptionValues values(table);
        CHECK(values.number("port", 1, 65535) == 7);
        values.set("port", "65535");
        CHECK(values.number("port", 1, 65535) == 65535);

        CHECK(number_error("abc") == "--port: \"abc\" is not a number from 1 to 65535");
        for (const char* const text :
             {"", "0", "65536", "-1", "+1", "7x", " 7", "7.5", "99999999999999999999999"}) {
            CAPTURE(text);
            CHECK(number_error(text) != "no error");
        }
    }

    TEST_CASE("a time has its unit, unless it is none") {
        using namespace std::chrono_literals;
        const auto time_of = [](const char* text) {
            OptionValues values(table);
            values.set("pause", text);
            return values.time("pause");
        };

        CHECK(time_of("250ms") == 250ms);
        CHECK(time_of("30s") == 30s);
        CHECK(time_of("5m") == 5min);
        CHECK(time_of("8784h") == 366 * 24h);
        CHECK(time_of("0") == 0ms);
        CHECK(time_of("0s") == 0ms);
        CHECK(OptionValues(table).time("pause") == 1s);
        CHECK(time_error("30") ==
              "--pause: \"30\" is not a time: 250ms, 30s, 5m, 1h, or 0 for none");
        for (const char* const text :
             {"", "s", "1 s", "-1s", "1.5s", "1d", "1S", "8785h", "99999999999999999999s"}) {
            CAPTURE(text);
            CHECK(time_error(text) != "no error");
        }
    }

    TEST_CASE("two are equal when the same is in force") {
        OptionValues one(table);
        OptionValues other(table);
        CHECK(one == other);
        one.set("greeting", "hello");
        one.set("loud", "false");
        CHECK(one == other);
        other.set("name", "Ada");
        CHECK(one != other);
        one.set("name", "Ada");
        CHECK(one == other);
        one.set("name", "Grace");
        CHECK(one != other);
        CHECK(OptionValues(table) != OptionValues());
    }

    TEST_CASE("asking for an option that is not in the table is the plug-in's mistake") {
        const OptionValues values(table);

        CHECK_THROWS_AS((void)values.get("grating"), std::logic_error);
        CHECK_THROWS_AS((void)values.flag("grating"), std::logic_error);
        CHECK_THROWS_AS((void)values.number("grating", 0, 1), std::logic_error);
    }
}
