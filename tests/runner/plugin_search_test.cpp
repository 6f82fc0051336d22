// SPDX-License-Identifier: MIT
#include "plugin_search.h"

#include "child.h"
#include "temporary_directory.h"

#include <hawser/testing/log_capture.h>

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

using hawser::runner::find_plugins;
using hawser::runner::installed_plugins;
using hawser::runner::Manifest;
using hawser::runner::plugin_directories;
using hawser::runner::PluginSearch;
using hawser::testing::LogCapture;
using runner_test::in_child;
using runner_test::TemporaryDirectory;

using Strings = std::vector<std::string>;

namespace {

std::string manifest_of(const std::string& name, const std::string& version) {
    return "name = " + name + "\nversion = " + version +
           "\nsummary = A test\nprovides = service\nabi = 1\n";
}

// A manifest and an empty file for its module: nothing here is loaded.
void add_plugin(const TemporaryDirectory& directory, const std::string& name,
                const std::string& version = "1") {
    directory.file(name + ".plugin", manifest_of(name, version));
    directory.file(name + ".so", "");
}

Strings names_of(const PluginSearch& search) {
    Strings names;
    for (const Manifest& manifest : search.found) {
        names.push_back(manifest.name + " " + manifest.version);
    }
    return names;
}

PluginSearch found_in(const Strings& directories) {
    return find_plugins(directories);
}

} // namespace

TEST_SUITE_BEGIN("find_plugins");

TEST_CASE("directories are those given, those of the variable, and where plug-ins are installed") {
    CHECK(plugin_directories(Strings{"a", "b"}, "/c:/d", "/usr/lib/hawser") ==
          Strings{"a", "b", "/c", "/d", "/usr/lib/hawser"});
    CHECK(plugin_directories(Strings{}, "", "/usr/lib/hawser") == Strings{"/usr/lib/hawser"});
}

TEST_CASE("an empty place between colons is not the working directory") {
    CHECK(plugin_directories(Strings{""}, ":/c::/d:", "") == Strings{"/c", "/d"});
    CHECK(plugin_directories(Strings{}, ":", "x") == Strings{"x"});
}

TEST_CASE("an installation that was moved as a whole has its plug-ins where they were put") {
    const TemporaryDirectory moved;
    add_plugin(moved, "lib/hawser/plugins/echo");

    CHECK(installed_plugins(moved / "bin/hawser", "/opt/hawser/bin",
                            "/opt/hawser/lib/hawser/plugins") == moved / "lib/hawser/plugins");
}

TEST_CASE("without plug-ins beside the program they are where they were to be installed") {
    const TemporaryDirectory build;

    CHECK(installed_plugins(build / "runner/hawser", "/usr/bin", "/usr/lib/hawser/plugins") ==
          "/usr/lib/hawser/plugins");
    CHECK(installed_plugins("", "/usr/bin", "/usr/lib/hawser/plugins") ==
          "/usr/lib/hawser/plugins");
}

TEST_CASE("all plug-ins of all directories are found, by name") {
    const TemporaryDirectory one;
    const TemporaryDirectory two;
    add_plugin(one, "echo");
    add_plugin(one, "line");
    add_plugin(two, "chat");

    const PluginSearch search = found_in({one.path(), two.path()});

    CHECK(names_of(search) == Strings{"chat 1", "echo 1", "line 1"});
    CHECK(search.broken.empty());
    CHECK(search.found[1].module == one / "echo.so");
}

TEST_CASE("of one name, that of the earlier directory counts") {
    const TemporaryDirectory one;
    const TemporaryDirectory two;
    add_plugin(one, "echo", "2");
    add_plugin(two, "echo", "1");

    CHECK(names_of(found_in({one.path(), two.path()})) == Strings{"echo 2"});
    CHECK(names_of(found_in({two.path(), one.path()})) == Strings{"echo 1"});
}

TEST_CASE("a broken one is told, and the others are found still, that of its name too") {
    const TemporaryDirectory one;
    const TemporaryDirectory two;
    one.file("echo.plugin", "nonsense\n");
    one.file("no-module.plugin", manifest_of("no-module", "1"));
    one.file("Upper.plugin", manifest_of("Upper", "1"));
    add_plugin(one, "line");
    add_plugin(two, "echo");

    const PluginSearch search = found_in({one.path(), two.path()});

    CHECK(names_of(search) == Strings{"echo 1", "line 1"});
    CHECK(search.broken == Strings{
                               one / "Upper.plugin:1: a name has small letters, digits, - and _, "
                                     "and begins with a letter",
                               one / "echo.plugin:1: a line reads \"key = value\"",
                               one / "no-module.plugin: no module no-module.so beside it",
                           });
}

TEST_CASE("files of other names, and hidden ones, are none of ours") {
    const TemporaryDirectory directory;
    directory.file("echo.so", "");
    directory.file("README", "");
    directory.file(".echo.plugin", "half written\n");
    directory.file(".plugin", "");
    directory.file("echo.plugin~", "");
    directory.file("sub/echo.plugin", manifest_of("echo", "1"));

    const PluginSearch search = found_in({directory.path()});

    CHECK(search.found.empty());
    CHECK(search.broken.empty());
}

TEST_CASE("a directory that is not there is skipped without ado, as is the same one twice") {
    const TemporaryDirectory directory;
    const LogCapture log;
    add_plugin(directory, "echo");

    const PluginSearch search = found_in({directory / "none", directory.path(), directory.path()});

    CHECK(names_of(search) == Strings{"echo 1"});
    CHECK(search.broken.empty());
    CHECK(log.lines() == Strings{"debug plugins: skipped a directory of plug-ins"});
}

TEST_CASE("a directory that cannot be read is skipped with a warning") {
    const TemporaryDirectory directory;
    const TemporaryDirectory closed;
    add_plugin(directory, "echo");
    const std::string file = directory.file("file", "");
    REQUIRE(::chmod(closed.path().c_str(), 0700) == 0);
    REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);

    const auto child = in_child([&]() -> std::string {
        if (::geteuid() == 0 && ::setuid(65534) != 0) { // root may read all
            return "still root";
        }
        const LogCapture log;
        const std::string unreadable = ::geteuid() == 65534 ? closed.path() : file;
        std::string said;
        for (const std::string& name : names_of(found_in({unreadable, file, directory.path()}))) {
            said += name + "; ";
        }
        return said + std::to_string(log.count("warning plugins: skipped a directory of plug-ins"));
    });

    CHECK(child.said == "echo 1; 2");
}

TEST_SUITE_END();
