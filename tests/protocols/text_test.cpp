// SPDX-License-Identifier: MIT
#include <hawser/protocols/text.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hawser;

namespace {

const std::string replaced = "\xEF\xBF\xBD"; // U+FFFD

} // namespace

TEST_SUITE("text") {
    TEST_CASE("code points of every length are read") {
        struct Example {
            std::string text;
            char32_t code_point;
        };
        for (const Example& example :
             {Example{"a", 'a'}, Example{std::string(1, '\0'), 0}, Example{"\x7F", 0x7F},
              Example{"\xC2\x80", 0x80}, Example{"\xDF\xBF", 0x7FF}, Example{"\xE0\xA0\x80", 0x800},
              Example{"\xED\x9F\xBF", 0xD7FF}, Example{"\xEE\x80\x80", 0xE000},
              Example{"\xEF\xBF\xBF", 0xFFFF}, Example{"\xF0\x90\x80\x80", 0x10000},
              Example{"\xF4\x8F\xBF\xBF", 0x10FFFF}}) {
            CAPTURE(example.text);
            std::string_view text = example.text;

            CHECK(take_code_point(text) == example.code_point);
            CHECK(text.empty());
            CHECK(is_utf8(example.text));
        }
    }

    TEST_CASE("what is not UTF-8 is refused: one mark for each piece, as Unicode recommends") {
        struct Example {
            std::string text;
            std::size_t pieces;
        };
        for (const Example& example : {
                 Example{"\x80", 1},             // goes on with nothing
                 Example{"\xC3", 1},             // cut short
                 Example{"\xC0\xAF", 2},         // overlong slash
                 Example{"\xC1\xBF", 2},         // overlong
                 Example{"\xE0\x9F\xBF", 3},     // overlong
                 Example{"\xE2\x82", 1},         // cut short
                 Example{"\xED\xA0\x80", 3},     // surrogate
                 Example{"\xF0\x8F\xBF\xBF", 4}, // overlong
                 Example{"\xF1\x80\x80", 1},     // cut short
                 Example{"\xF4\x90\x80\x80", 4}, // over U+10FFFF
                 Example{"\xF5\x80\x80\x80", 4}, // the same
                 Example{"\xFF\xFB", 2},         // what telnet sends
             }) {
            CAPTURE(example.text);
            std::string expected;
            for (std::size_t i = 0; i < example.pieces; ++i) {
                expected += replaced;
            }

            CHECK(!is_utf8(example.text));
            CHECK(count_code_points(example.text) == example.pieces);
            CHECK(printable("a" + example.text + "b") == "a" + expected + "b");
        }
    }

    TEST_CASE("code points are counted, not bytes") {
        CHECK(count_code_points("") == 0);
        CHECK(count_code_points("h\xC3\xA9\xF0\x9F\x99\x82") == 3);
    }

    TEST_CASE("printable text stays as it is") {
        for (const std::string text : {"", "plain", "gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x99\x82"}) {
            CHECK(printable(text) == text);
        }
    }

    TEST_CASE("what commands a terminal or turns the text around is replaced") {
        for (const std::string bad :
             {"\x1B", "\r", "\n", "\x07", "\x08", "\x7F", "\xC2\x80", "\xC2\x9B", "\xC2\x9F",
              "\xE2\x80\xA8", "\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"}) {
            CAPTURE(bad);
            CHECK(printable("a" + bad + "[2Jb") == "a" + replaced + "[2Jb");
        }
        CHECK(printable(std::string("a\0b", 3)) == "a" + replaced + "b");
        CHECK(printable("a\tb") == "a b");
    }

    TEST_CASE("what leaves no mark is known: spaces of all widths, joiners, tags") {
        for (const char32_t code_point :
             {0x20U, 0xA0U, 0xADU, 0x200BU, 0x200DU, 0x3000U, 0xFE0FU, 0xFEFFU, 0xE0041U}) {
            CHECK(is_invisible(code_point));
        }
        for (const char32_t code_point : {U'a', U'-', U'\u00E9', U'\U0001F642'}) {
            CHECK(!is_invisible(code_point));
            CHECK(!is_unsafe(code_point));
        }
    }

    TEST_CASE("case is folded for ASCII letters only") {
        CHECK(fold_case("@AbZ[1\xC3\x89") == "@abz[1\xC3\x89");
    }
}
