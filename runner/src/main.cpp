// SPDX-License-Identifier: MIT
// hawser: runs plug-ins as servers.
#include "connect_command.h"
#include "exit_code.h"
#include "help.h"
#include "list_command.h"
#include "plugins.h"
#include "run_command.h"
#include "service_command.h"

#include <hawser/core/detail/no_such_name.h>
#include <hawser/core/endpoint.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace hawser::runner {
namespace {

using Arguments = std::span<const std::string>;

struct Command {
    std::string_view name;
    std::string_view arguments;
    std::string_view summary;
    int (*run)(const Plugins&, Arguments);
};

constexpr Command commands[] = {
    {"run", "FILE", "run the services that a file names", run_command},
    {"list", "", "show the plug-ins there are", list_command},
    {"connect", "ENDPOINT", "talk to a server from this terminal", connect_command},
};

// Before anything else is read: they say which plug-ins there are.
std::vector<std::string> given_directories(Arguments arguments) {
    const std::string name = "--plugin-path";
    std::vector<std::string> given;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].starts_with(name + '=')) {
            given.push_back(arguments[i].substr(name.size() + 1));
        } else if (arguments[i] == name && i + 1 < arguments.size()) {
            given.push_back(arguments[i + 1]);
        }
    }
    return given;
}

Plugins plugins_for(Arguments arguments) {
    const char* const search_path = std::getenv("HAWSER_PLUGIN_PATH");
    std::error_code ignored; // of a system without /proc
    const std::string executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return Plugins(find_plugins(
        plugin_directories(given_directories(arguments), search_path != nullptr ? search_path : "",
                           installed_plugins(executable, HAWSER_BIN_DIR, HAWSER_PLUGIN_DIR))));
}

void show_help(const Plugins& plugins) {
    std::string text = "usage: hawser PLUGIN --listen ENDPOINT... [OPTION...]\n"
                       "       hawser COMMAND [OPTION...]\n\n"
                       "Runs servers. What they serve is in plug-ins.\n\n"
                       "Commands:\n";
    for (const Command& command : commands) {
        text += help_row(fmt::format("{}{}{}", command.name, command.arguments.empty() ? "" : " ",
                                     command.arguments),
                         command.summary);
    }
    text += "\nPlug-ins:\n";
    text += plugins.manifests().empty() ? "  none: see hawser list --help\n" : list_of(plugins);
    text += "\nOptions:\n";
    text += help_row("--help", "show this; behind a command or a plug-in, show its options");
    text += help_row("--version", "show the version of hawser");
    text += "\nExamples:\n"
            "  hawser echo --listen tcp:7000\n"
            "  hawser chat --listen tcp:8000 --listen unix:/run/chat.sock\n"
            "  hawser chat --help\n"
            "  hawser run services.toml\n"
            "  hawser connect tcp:localhost:8000\n";
    std::fputs(text.c_str(), stdout);
}

Failure no_such_command(const Plugins& plugins, const std::string& name) {
    std::vector<std::string_view> names;
    for (const Command& command : commands) {
        names.push_back(command.name);
    }
    for (const Manifest& manifest : plugins.manifests()) {
        names.push_back(manifest.name);
    }
    std::string text = detail::no_such_name("command or plug-in", name, names);
    if (plugins.manifests().empty()) {
        text += "; no plug-in was found, see hawser list --help";
    }
    return {ExitCode::usage, text};
}

const Command* find_command(const Plugins& plugins, const std::string& name) {
    const auto* const command = std::find_if(std::begin(commands), std::end(commands),
                                             [&](const auto& each) { return each.name == name; });
    if (command == std::end(commands) && plugins.find(name) == nullptr) {
        throw no_such_command(plugins, name);
    }
    return command != std::end(commands) ? command : nullptr;
}

// Tells what was wrong with `hawser \p name`; returns the exit code.
int fail(std::string_view name, const std::exception_ptr& error) {
    ExitCode code = exit_code_of(error);
    std::string picture;
    try {
        std::rethrow_exception(error);
    } catch (const OptionError&) {
        code = ExitCode::usage;
    } catch (const EndpointError& bad) {
        picture = bad.picture() + '\n';
    } catch (...) { // the message says it all
    }
    const std::string program = name.empty() ? "hawser" : fmt::format("hawser {}", name);
    std::string text = fmt::format("{}: {}\n{}", program, message_of(error), picture);
    if (code == ExitCode::usage) {
        text += fmt::format("See {} --help\n", program);
    }
    std::fputs(text.c_str(), stderr);
    return static_cast<int>(code);
}

int run(const std::vector<std::string>& arguments) {
    std::string name; // of the command or the plug-in, once it is known to be one
    try {
        if (arguments.empty()) {
            throw Failure(ExitCode::usage, "a plug-in or a command is missing");
        }
        const Plugins plugins = plugins_for(arguments);
        const std::string& first = arguments.front();
        if (first == "--help" || first == "-h") {
            show_help(plugins);
            return 0;
        }
        if (first == "--version") {
            std::puts("hawser " HAWSER_VERSION);
            return 0;
        }
        if (first.starts_with('-')) {
            throw Failure(ExitCode::usage,
                          fmt::format("no option \"{}\" before a plug-in or a command", first));
        }
        const Command* const command = find_command(plugins, first);
        name = first;
        const Arguments rest = Arguments(arguments).subspan(1);
        return command != nullptr ? command->run(plugins, rest)
                                  : service_command(plugins, name, rest);
    } catch (...) {
        return fail(name, std::current_exception());
    }
}

} // namespace
} // namespace hawser::runner

int main(int argc, char** argv) {
    return hawser::runner::run({argv + 1, argv + argc});
}
