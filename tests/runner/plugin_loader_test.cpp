// SPDX-License-Identifier: MIT
#include "exit_code.h"
#include "plugin_loader.h"
#include "temporary_directory.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using hawser::runner::ExitCode;
using hawser::runner::Failure;
using hawser::runner::load_plugin;
using hawser::runner::Manifest;
using runner_test::TemporaryDirectory;

namespace {

const std::filesystem::path modules = HAWSER_TEST_MODULES;

Manifest manifest(const std::string& name, const std::filesystem::path& module) {
    return {.name = name,
            .version = "1",
            .summary = "",
            .provides = {"service"},
            .abi = hawser::plugin_abi,
            .module = module.string()};
}

// What is said of \p module, behind its name; it must be the whole.
std::string error_of(const std::string& name, const std::filesystem::path& module) {
    try {
        (void)load_plugin(manifest(name, module));
    } catch (const Failure& failure) {
        CHECK(failure.exit_code() == ExitCode::software);
        const std::string text = failure.what();
        const std::string begin = "cannot load plug-in " + name + ", " + module.string() + ": ";
        CHECK(text.find('\n') == std::string::npos);
        REQUIRE(text.substr(0, begin.size()) == begin);
        return text.substr(begin.size());
    }
    return "no error";
}

std::string error_of(const std::string& name) {
    return error_of(name, modules / (name + ".so"));
}

} // namespace

TEST_SUITE("load_plugin") {
    TEST_CASE("a plug-in is loaded, and loaded once") {
        const hawser::Plugin& plugin = load_plugin(manifest("good", modules / "good.so"));

        CHECK(std::string(plugin.version) == "1.2");
        CHECK(std::getenv("HAWSER_TEST_GOOD_IS_LOADED") != nullptr);
        CHECK(&load_plugin(manifest("good", modules / "good.so")) == &plugin);
    }

    TEST_CASE("what is no plug-in is one clear line") {
        CHECK(error_of("no_symbol") == "no plug-in, there is no hawser_plugin in it");
        CHECK(error_of("null") == "its hawser_plugin() gave null");
        CHECK(error_of("other_abi") == "built for plug-in ABI 4711, this is 1");
        CHECK(error_of("misnamed") == "it calls itself \"other\"");
        CHECK(error_of("no_service") == "it makes no service");
        CHECK(error_of("taken_option") == "its option --listen is one of hawser itself");
        CHECK(error_of("throwing") == "its hawser_plugin() threw: not today");
        CHECK(error_of("unresolved") == "undefined symbol: hawser_test_that_nobody_defines");
        CHECK(error_of("absent") == "cannot open shared object file: No such file or directory");
    }

    TEST_CASE("a manifest that tells of another ABI spares the loading") {
        Manifest other = manifest("absent", "/nowhere/absent.so");
        other.abi = 4711;

        CHECK_THROWS_WITH_AS(
            (void)load_plugin(other),
            "cannot load plug-in absent, /nowhere/absent.so: built for plug-in ABI 4711, this is 1",
            Failure);
    }

    TEST_CASE("what is no module is one clear line") {
        const TemporaryDirectory directory;
        const std::filesystem::path folder = directory.path();
        std::ofstream(folder / "empty.so");
        std::ofstream(folder / "text.so") << std::string(4096, 'x');

        CHECK(error_of("empty", folder / "empty.so") == "file too short");
        CHECK(error_of("text", folder / "text.so") == "invalid ELF header");
        CHECK(error_of("folder", folder) == "cannot read file data: Is a directory");
    }

    TEST_CASE("after all these another is loaded as before") {
        (void)error_of("null");
        (void)error_of("absent");

        CHECK(std::string(load_plugin(manifest("good", modules / "good.so")).name) == "good");
    }
}
