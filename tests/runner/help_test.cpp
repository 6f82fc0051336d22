// SPDX-License-Identifier: MIT
#include "help.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using hawser::PluginOption;
using hawser::runner::help_group;
using hawser::runner::help_row;

TEST_SUITE("Help") {
    TEST_CASE("a text is wrapped in its column, within 80") {
        std::string words;
        for (int i = 0; i < 40; ++i) {
            words += "seven77 ";
        }

        std::istringstream rows(help_row("--name VALUE", words));

        int count = 0;
        for (std::string line; std::getline(rows, line); ++count) {
            CHECK(line.size() < 80);
            CHECK(line.substr(0, 28) ==
                  (count == 0 ? "  --name VALUE              " : std::string(28, ' ')));
            CHECK(line.substr(28, 7) == "seven77");
        }
        CHECK(count == 7);
    }

    TEST_CASE("a long name has a line of its own") {
        CHECK(help_row("--a-name-that-is-long ENDPOINT...", "text") ==
              "  --a-name-that-is-long ENDPOINT...\n" + std::string(28, ' ') + "text\n");
    }

    TEST_CASE("a word that is longer than its column stays whole") {
        const std::string word(70, 'x');

        CHECK(help_row("a", word) == "  a" + std::string(25, ' ') + word + '\n');
    }

    TEST_CASE("a group shows flags, values and defaults") {
        constexpr PluginOption options[] = {
            {.name = "rate", .value = "N", .help = "Lines a second", .by_default = "10"},
            {.name = "loud", .help = "In capitals"},
        };

        CHECK(help_group({"Options of chat", options}) ==
              "Options of chat:\n"
              "  --rate N                  Lines a second [10]\n"
              "  --loud                    In capitals\n");
    }
}
