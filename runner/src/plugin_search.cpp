// SPDX-License-Identifier: MIT
#include "plugin_search.h"

#include "exit_code.h"

#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

namespace hawser::runner {

namespace {

namespace fs = std::filesystem;

// Those of the manifests, by name, so that what we find does not depend on the file system.
std::vector<std::string> manifests_in(const std::string& directory) {
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        const fs::path name = at->path().filename();
        if (name.extension() == ".plugin" && name.native().front() != '.') {
            paths.push_back(at->path().string());
        }
    }
    if (error) {
        const bool missing = error == std::errc::no_such_file_or_directory;
        log(missing ? LogLevel::debug : LogLevel::warning, "plugins",
            "skipped a directory of plug-ins",
            {{"directory", directory}, {"why", message_of(error)}});
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

Manifest manifest_at(const std::string& path) {
    Manifest manifest = Manifest::read(path);
    std::error_code ignored; // of a module that is not there
    if (!fs::is_regular_file(manifest.module, ignored)) {
        throw Failure(ExitCode::config, fmt::format("{}: no module {} beside it", printable(path),
                                                    fs::path(manifest.module).filename().string()));
    }
    return manifest;
}

} // namespace

std::vector<std::string> plugin_directories(std::span<const std::string> given,
                                            std::string_view search_path,
                                            std::string_view installed) {
    std::vector<std::string> directories(given.begin(), given.end());
    while (!search_path.empty()) {
        const std::size_t colon = std::min(search_path.find(':'), search_path.size());
        directories.emplace_back(search_path.substr(0, colon));
        search_path.remove_prefix(std::min(colon + 1, search_path.size()));
    }
    directories.emplace_back(installed);
    std::erase(directories, "");
    return directories;
}

std::string installed_plugins(const std::string& executable, const std::string& bin_dir,
                              const std::string& plugin_dir) {
    const fs::path from_program = fs::path(plugin_dir).lexically_relative(bin_dir);
    const fs::path moved = (fs::path(executable).parent_path() / from_program).lexically_normal();
    std::error_code ignored; // of one that is not there
    return !executable.empty() && fs::is_directory(moved, ignored) ? moved.string() : plugin_dir;
}

PluginSearch find_plugins(std::span<const std::string> directories) {
    std::map<std::string, Manifest> found;
    PluginSearch search;
    for (const std::string& directory : directories) {
        for (const std::string& path : manifests_in(directory)) {
            try {
                Manifest manifest = manifest_at(path);
                found.try_emplace(manifest.name, std::move(manifest));
            } catch (const Failure& failure) {
                search.broken.emplace_back(failure.what());
            }
        }
    }
    std::transform(found.begin(), found.end(), std::back_inserter(search.found),
                   [](auto& named) { return std::move(named.second); });
    return search;
}

} // namespace hawser::runner
