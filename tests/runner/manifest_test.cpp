// SPDX-License-Identifier: MIT
#include "manifest.h"

#include "exit_code.h"
#include "temporary_directory.h"

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

using hawser::runner::ExitCode;
using hawser::runner::Failure;
using hawser::runner::is_plugin_name;
using hawser::runner::Manifest;
using hawser::testing::LogCapture;
using runner_test::TemporaryDirectory;

namespace {

const std::string good = "name = echo\n"
                         "version = 1.0\n"
                         "summary = Sends back what it hears\n"
                         "provides = service\n"
                         "abi = 1\n";

template <class Read>
std::string failure_of(Read read) {
    try {
        (void)read();
        return "";
    } catch (const Failure& failure) {
        CHECK(failure.exit_code() == ExitCode::config);
        return failure.what();
    }
}

std::string error_of(std::string_view text) {
    return failure_of([&] { return Manifest::parse(text, "p/echo.plugin"); });
}

std::string good_but(std::string_view line, std::string_view other) {
    std::string text = good;
    const std::size_t at = text.find(line);
    REQUIRE(at != text.npos);
    return text.replace(at, line.size(), other);
}

} // namespace

TEST_SUITE_BEGIN("Manifest");

TEST_CASE("it says what a plug-in is, and where its module is") {
    const Manifest manifest = Manifest::parse(good, "/usr/lib/hawser/echo.plugin");

    CHECK(manifest.name == "echo");
    CHECK(manifest.version == "1.0");
    CHECK(manifest.summary == "Sends back what it hears");
    CHECK(manifest.provides == std::vector<std::string>{"service"});
    CHECK(manifest.abi == 1);
    CHECK(manifest.module == "/usr/lib/hawser/echo.so");
}

TEST_CASE("order, spaces, empty lines and comments do not matter, nor how lines end") {
    const Manifest manifest = Manifest::parse("# The echo service.\r\n"
                                              "abi=1\r\n"
                                              "\r\n"
                                              "   provides = service ,endpoint-kind discard\r\n"
                                              "\t# more\r\n"
                                              "summary =\ta = b # c\r\n"
                                              "version   =1.0~rc1\r\n"
                                              "name = echo",
                                              "echo.plugin");

    CHECK(manifest.provides == std::vector<std::string>{"service", "endpoint-kind discard"});
    CHECK(manifest.summary == "a = b # c");
    CHECK(manifest.version == "1.0~rc1");
    CHECK(manifest.module == "echo.so");
}

TEST_CASE("a key of a later version is left aside, with a word for who debugs") {
    const LogCapture log;

    const Manifest manifest = Manifest::parse(good + "license = MIT\nlicense =\n", "echo.plugin");

    CHECK(manifest.name == "echo");
    CHECK(log.lines() == std::vector<std::string>{"debug plugins: unknown key in a manifest",
                                                  "debug plugins: unknown key in a manifest"});
}

TEST_CASE("a bad one is one line that names the file and the line") {
    CHECK(error_of("") == "p/echo.plugin:1: \"name\" is missing");
    CHECK(error_of(good_but("abi = 1\n", "")) == "p/echo.plugin:5: \"abi\" is missing");
    CHECK(error_of(good_but("version = 1.0", "version")) ==
          "p/echo.plugin:2: a line reads \"key = value\"");
    CHECK(error_of(good_but("version = 1.0", "version = ")) ==
          "p/echo.plugin:2: \"version\" has no value");
    CHECK(error_of(good + "abi = 2\n") == "p/echo.plugin:6: \"abi\" stands here twice");
    for (const char* number : {"one", "1.0", "-1", "4294967296", "0x1"}) {
        CAPTURE(number);
        CHECK(error_of(good_but("abi = 1", std::string("abi = ") + number)) ==
              "p/echo.plugin:5: \"abi\" is a number");
    }
    for (const char* list : {",", "service,", ", service", "service,,x"}) {
        CAPTURE(list);
        CHECK(error_of(good_but("= service", std::string("= ") + list)) ==
              "p/echo.plugin:4: \"provides\" has an empty place");
    }
}

TEST_CASE("a name is that of its file, and fit for command lines") {
    CHECK(error_of(good_but("name = echo", "name = chat")) ==
          "p/echo.plugin:1: the name is not that of the file");
    CHECK(error_of(good_but("name = echo", "name = Echo")) ==
          "p/echo.plugin:1: a name has small letters, digits, - and _, and begins with a letter");

    for (const char* name : {"a", "echo", "echo2", "my-echo", "my_echo", "a-"}) {
        CAPTURE(name);
        CHECK(is_plugin_name(name));
    }
    for (const char* name :
         {"", "2echo", "-echo", "_", "Echo", "ec ho", "../echo", "echo.x", "\xC3\xA9"}) {
        CAPTURE(name);
        CHECK(!is_plugin_name(name));
    }
    CHECK(is_plugin_name(std::string(64, 'x')));
    CHECK(!is_plugin_name(std::string(65, 'x')));
}

TEST_CASE("what would command a terminal that lists plug-ins is not text") {
    for (const std::string& summary : {std::string("\x1b[2J"), std::string("\xff"),
                                       std::string("a\0b", 3), std::string("\xE2\x80\xAE")}) {
        CHECK(error_of(good_but("Sends", summary)) == "p/echo.plugin:3: this is not text");
    }
    CHECK(error_of(good_but("Sends", "Schickt zur\xC3\xBC"
                                     "ck\t"))
              .empty());
}

TEST_CASE("a file has a limit, and must be one") {
    const TemporaryDirectory directory;
    const std::string comment(Manifest::size_limit - good.size() - 1, '#');
    const std::string path = directory.file("echo.plugin", comment + "\n" + good);
    CHECK(Manifest::read(path).name == "echo");

    directory.file("echo.plugin", comment + "#\n" + good);
    CHECK(failure_of([&] { return Manifest::read(path); }) ==
          "cannot read " + path + ": it has more than 16384 bytes");

    const std::string missing = directory / "none.plugin";
    CHECK(failure_of([&] { return Manifest::read(missing); }) ==
          "cannot read " + missing + ": no such file or directory");

    const std::string pipe = directory / "pipe.plugin";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(failure_of([&] { return Manifest::read(pipe); }) ==
          "cannot read " + pipe + ": not a file");
}

TEST_SUITE_END();
