// SPDX-License-Identifier: MIT
#include <hawser/protocols/line_rules.h>

#include <doctest/doctest.h>

#include <stdlib.h> // mkdtemp
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <string_view>

using hawser::LineAnswer;
using hawser::LineRules;
using hawser::LineRulesError;
using namespace std::string_literals;

namespace {

// What the rules answer; "-" when none matches, with " (close)" behind it when that is the end.
std::string answer_of(const LineRules& rules, std::string_view line) {
    const std::optional<LineAnswer> answer = rules.answer(line, "127.0.0.1:5000");
    return answer ? answer->text + (answer->close ? "(close)" : "") : "-";
}

std::string answer_to(std::string_view line, std::string_view rules) {
    return answer_of(LineRules::parse(rules), line);
}

bool matches(std::string_view line, const std::string& pattern) {
    return LineRules::parse(pattern + " => yes").answer(line, "").has_value();
}

// The same, the obvious way, for short ones.
bool matches_slowly(std::string_view line, std::string_view pattern) {
    if (pattern.empty()) {
        return line.empty();
    }
    if (pattern[0] == '*') {
        return matches_slowly(line, pattern.substr(1)) ||
               (!line.empty() && matches_slowly(line.substr(1), pattern));
    }
    return !line.empty() && (pattern[0] == '?' || pattern[0] == line[0]) &&
           matches_slowly(line.substr(1), pattern.substr(1));
}

std::string error_of(std::string_view rules) {
    try {
        (void)LineRules::parse(rules, "x.rules");
        return "";
    } catch (const LineRulesError& error) {
        const std::string place =
            "x.rules:" + std::to_string(error.line()) + ":" + std::to_string(error.column()) + ": ";
        const std::string what = error.what();
        CHECK(what.starts_with(place));
        return what.substr(what.find(':') + 1);
    }
}

} // namespace

TEST_SUITE_BEGIN("LineRules");

TEST_CASE("the first rule that matches a line answers it") {
    const LineRules rules = LineRules::parse("# Greetings.\n"
                                             "hello      => Hello, $peer!\n"
                                             "\n"
                                             "say *      => $1\n"
                                             "swap ? *   => $2 $1\r\n"
                                             "help       => say WORDS\\nbye\n"
                                             "bye        => See you. !close\n"
                                             "quiet      =>\n"
                                             "go         => !close\n"
                                             "           => An empty line?\n"
                                             "  # more\n"
                                             "*          => What is \"$line\"?\n"
                                             "hello      => never");

    CHECK(rules.size() == 10);
    CHECK(answer_of(rules, "hello") == "Hello, 127.0.0.1:5000!\n");
    CHECK(answer_of(rules, "say a b  c") == "a b  c\n");
    CHECK(answer_of(rules, "say ").empty());
    CHECK(answer_of(rules, "swap a bc") == "bc a\n");
    CHECK(answer_of(rules, "help") == "say WORDS\nbye\n");
    CHECK(answer_of(rules, "bye") == "See you.\n(close)");
    CHECK(answer_of(rules, "quiet").empty());
    CHECK(answer_of(rules, "go") == "(close)");
    CHECK(answer_of(rules, "") == "An empty line?\n");
    CHECK(answer_of(rules, "Hello") == "What is \"Hello\"?\n");
}

TEST_CASE("without a rule that matches there is no answer") {
    CHECK(answer_to("x", "") == "-");
    CHECK(answer_to("x", "# nothing\n") == "-");
    CHECK(answer_to("x", "y => z") == "-");
    CHECK(answer_of(LineRules(), "x") == "-");
    CHECK(LineRules().size() == 0);
}

TEST_CASE("a star is any text and a question mark one character, of more than one byte too") {
    CHECK(matches("", "*"));
    CHECK(matches("abc", "abc"));
    CHECK(!matches("abcd", "abc"));
    CHECK(!matches("ab", "abc"));
    CHECK(matches("abc", "a*"));
    CHECK(matches("abc", "*c"));
    CHECK(matches("abcabc", "a*c"));
    CHECK(matches("abab", "*ab"));
    CHECK(matches("abc", "a*b*c"));
    CHECK(!matches("acb", "a*b*c"));
    CHECK(matches("abc", "***"));
    CHECK(matches("abc", "???"));
    CHECK(!matches("ab", "???"));
    CHECK(!matches("", "?"));
    CHECK(matches("h\xC3\xA9", "h?"));
    CHECK(matches("\xF0\x9F\x98\x80!", "?!"));
    CHECK(matches("\xff", "?")); // what is not UTF-8 counts by what would be replaced
    CHECK(matches(std::string_view("a\0b", 3), "a?b"));
}

TEST_CASE("what wildcards stand for is as little as will do, and the rest goes to the last one") {
    CHECK(answer_to("a,b,c", "*,* => $1;$2") == "a;b,c\n");
    CHECK(answer_to("key = a = b", "* = * => $2;$1") == "a = b;key\n");
    CHECK(answer_to("aXbXcd", "*X?d => $1-$2") == "aXb-c\n");
    CHECK(answer_to("abc", "?*? => $1-$2-$3") == "a-b-c\n");
    CHECK(answer_to("abc", "** => $1-$2") == "-abc\n");
    CHECK(answer_to("123456789", "????????? => $9$8$7$6$5$4$3$2$1") == "987654321\n");
    CHECK(answer_to("x", "? => $1$10") == "xx0\n");
}

TEST_CASE("it agrees with the obvious way of matching") {
    std::mt19937 random(20260203); // NOLINT(cert-msc51-cpp): the same each time
    const auto text_of = [&](std::string_view letters, std::size_t longest) {
        std::string text(random() % (longest + 1), ' ');
        for (char& c : text) {
            c = letters[random() % letters.size()];
        }
        return text;
    };
    std::size_t matched = 0;
    for (int n = 0; n < 20'000; ++n) {
        const std::string line = text_of("ab", 10);
        const std::string pattern = text_of("aab*?", 8);
        CAPTURE(line);
        CAPTURE(pattern);
        const bool expected = matches_slowly(line, pattern);
        CHECK(matches(line, pattern) == expected);
        matched += expected ? 1 : 0;
    }
    CHECK(matched > 1000);
}

TEST_CASE("a hostile line and a hostile pattern take no longer than their lengths ask for") {
    const std::string much(50'000, 'a');

    CHECK(!matches(much, "*a*a*a*a*a*a*a*a*b"));
    CHECK(!matches(much, "*a?*a?*a?*a?*b"));
    CHECK(!matches(much, "*a?a?a?a?a?a?a?a?b"));
    CHECK(!matches(much, "*" + std::string(1000, 'a') + "b"));
    CHECK(matches(much, "*a*a*a*a*a*a*a*a*a"));
}

TEST_CASE("a backslash makes the next sign an ordinary one") {
    CHECK(matches("a*b", R"(a\*b)"));
    CHECK(!matches("axb", R"(a\*b)"));
    CHECK(matches("a?", R"(a\?)"));
    CHECK(matches("a => b", R"(a \=> b)"));
    CHECK(matches("#1", R"(\#1)"));
    CHECK(matches(" x ", R"(\ x\ )"));
    CHECK(matches("a\tb", R"(a\tb)"));
    CHECK(matches(R"(a\b)", R"(a\\b)"));
    CHECK(answer_to("x", R"(x => \$5 \\ \"\!\" \#)") == "$5 \\ \"!\" #\n");
    CHECK(answer_to("x", R"(x => say \!close)") == "say !close\n");
    CHECK(answer_to("x", R"(x => \  a\tb \  )") == "  a\tb  \n");
    CHECK(answer_to("x", R"(x => y => z)") == "y => z\n");
}

TEST_CASE("spaces around a pattern and an answer do not count, those inside do") {
    CHECK(answer_to("a  b", "\t a  b \t=> \t c  d \t") == "c  d\n");
    CHECK(answer_to("a", "a=>b") == "b\n");
    CHECK(answer_to("", "=>") == "");
    CHECK(answer_to("a", "a => b  !close  ") == "b\n(close)");
    CHECK(answer_to("a", "a => b!close") == "b!close\n");
    CHECK(answer_to("a", "a => !close b") == "!close b\n");
}

TEST_CASE("each line of an answer ends, the last one too") {
    CHECK(answer_to("a", R"(a => 1\n2\n)") == "1\n2\n");
    CHECK(answer_to("a", R"(a => \n)") == "\n");
    CHECK(answer_to("a", R"(a => 1\n\n2)") == "1\n\n2\n");
}

TEST_CASE("a mistake is told with its line and its column") {
    CHECK(error_of("ok => 1\n\n  hello") == "3:8: a rule reads \"PATTERN => ANSWER\"");
    CHECK(error_of("a = > b") == "1:8: a rule reads \"PATTERN => ANSWER\"");
    CHECK(error_of("a* => $2") == "1:7: no wildcard for $2 in the pattern");
    CHECK(error_of("a => $1") == "1:6: no wildcard for $1 in the pattern");
    const std::string dollar = "a dollar sign is one of $1 to $9, $line, $peer, or written \\$";
    CHECK(error_of("a => costs $") == "1:12: " + dollar);
    CHECK(error_of("a => $0") == "1:6: " + dollar);
    CHECK(error_of("a => $lines") == "1:6: " + dollar);
    CHECK(error_of("a => x\\") == "1:7: a backslash with nothing behind it");
    const std::string escape = "a backslash stands before a sign, a space, t, or n in an answer";
    CHECK(error_of("a => \\q") == "1:6: " + escape);
    CHECK(error_of("a\\n => b") == "1:2: " + escape);
    CHECK(error_of("?????????* => b") == "1:10: a pattern has at most 9 of * and ?");
    CHECK(error_of("ok => 1\r\n\\") == "2:1: a backslash with nothing behind it");
}

TEST_CASE("rules, patterns and answers have limits") {
    std::string rules;
    for (std::size_t n = 0; n < LineRules::rule_limit; ++n) {
        rules += "a => b\n";
    }
    CHECK(LineRules::parse(rules).size() == LineRules::rule_limit);
    CHECK(error_of(rules + "\na => b") == "1002:1: there are at most 1000 rules");

    const std::string pattern(LineRules::pattern_limit, 'x');
    CHECK(answer_to(pattern, pattern + " => y") == "y\n");
    CHECK(error_of(pattern + "x => y") == "1:1025: a pattern has at most 1024 bytes");

    const std::string answer(LineRules::answer_limit, 'y');
    CHECK(answer_to("x", "x => " + answer) == answer + "\n");
    CHECK(error_of("x => " + answer + "y") == "1:4102: an answer has at most 4096 bytes");
}

TEST_CASE("an answer that would grow too long is cut, and ends as a line") {
    std::string rule = "* => ";
    for (int n = 0; n < 100; ++n) {
        rule += "$line";
    }

    const std::string answer = answer_to(std::string(16'384, 'x'), rule);

    CHECK(answer == std::string(LineRules::expansion_limit - 1, 'x') + "\n");
}

TEST_CASE("a line may take no more than some effort, whatever the rules are") {
    const auto rules_of = [](std::size_t count, std::string_view pattern) {
        std::string rules;
        for (std::size_t n = 0; n < count; ++n) {
            rules.append(pattern).append(" => no\n");
        }
        return LineRules::parse(rules + "* => yes");
    };
    const std::string line(16'384, 'a');

    for (const std::string& hard : {"*?a?a?a?a?a?a?a?b"s, "*????????b"s, "*aa?b"s}) {
        CAPTURE(hard);
        CHECK(answer_of(rules_of(1, hard), line) == "yes\n");
        CHECK(answer_of(rules_of(100, hard), line) == "-");
        CHECK(answer_of(rules_of(999, hard), line.substr(0, 16)) == "yes\n");
    }
    CHECK(answer_of(rules_of(999, "*b*"), line.substr(0, 4000)) == "yes\n");
    CHECK(answer_of(rules_of(999, "*b*"), line) == "-");
    CHECK(answer_of(rules_of(999, "b*"), line) == "yes\n");
}

TEST_CASE("a file is read, and one that cannot be is an error that names it") {
    std::string directory = (std::filesystem::temp_directory_path() / "hawser-XXXXXX").string();
    REQUIRE(::mkdtemp(directory.data()) != nullptr);
    const std::string path = directory + "/line.rules";
    const auto error_of_file = [](const std::string& file) -> std::string {
        try {
            (void)LineRules::read(file);
            return "";
        } catch (const hawser::Error& error) {
            return error.what();
        }
    };

    std::ofstream(path) << "hello => Hello!\n";
    CHECK(answer_of(LineRules::read(path), "hello") == "Hello!\n");

    std::ofstream(path) << "hello\n";
    CHECK(error_of_file(path) == path + ":1:6: a rule reads \"PATTERN => ANSWER\"");

    std::ofstream(path) << std::string(LineRules::file_limit, '#');
    CHECK(error_of_file(path).empty());
    std::ofstream(path) << std::string(LineRules::file_limit + 1, '#');
    CHECK(error_of_file(path) == "cannot read " + path + ": file too large");

    CHECK(error_of_file(path + ".none") ==
          "cannot read " + path + ".none: no such file or directory");
    CHECK(error_of_file(directory) == "cannot read " + directory + ": not a file");
    const std::string pipe = directory + "/pipe"; // that nobody writes to
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(error_of_file(pipe) == "cannot read " + pipe + ": not a file");
    std::filesystem::remove_all(directory);
}

TEST_CASE("a copy is good when the first is gone") {
    LineRules copy;
    {
        const LineRules rules = LineRules::parse("a => b");
        copy = rules;
    }
    CHECK(answer_of(copy, "a") == "b\n");
}

TEST_SUITE_END();
