// SPDX-License-Identifier: MIT
#include "run_command.h"

#include "application.h"
#include "argument_reader.h"
#include "common_options.h"
#include "configuration.h"
#include "exit_code.h"
#include "help.h"
#include "plugin_search.h"
#include "plugins.h"
#include "small_file.h"
#include "trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace hawser::runner {

namespace {

std::string help() {
    std::string text = "usage: hawser run FILE [OPTION...]\n\n"
                       "Runs the services that a file names. On SIGHUP it is read anew: services\n"
                       "are started and stopped as it says now, and no connection is lost.\n\n"
                       "  [[service]]\n"
                       "  plugin = \"chat\"\n"
                       "  listen = [\"tcp:8000\", \"unix:/run/chat.sock\"]\n"
                       "  max-connections = 1000\n\n"
                       "The options below may stand in the file too, without their dashes; those\n"
                       "on the command line win.\n\n";
    text += help_group({"The process", process_options()}) + '\n';
    text += help_group({"Besides", command_options()});
    return text;
}

int tell(const ConfigurationError& error) {
    for (const ConfigurationFault& fault : error.faults()) {
        std::fputs(fmt::format("{}\n{}{}", fault.text, fault.picture,
                               fault.picture.empty() || fault.picture.ends_with('\n') ? "" : "\n")
                       .c_str(),
                   stderr);
    }
    return static_cast<int>(ExitCode::config);
}

int run_file(const std::string& path, const Plugins& found, const OptionValues& process,
             const OptionValues& command) {
    const auto text = [&] { return read_small_file(path, configuration_size_limit); };
    const auto directories = plugin_path_in(text(), path);
    const Plugins plugins =
        command.given("plugin-path") ? found : found.with(find_plugins(directories));
    // Those that run as they are wanted are not tried again: what they were made from may be
    // another by now, and they are left alone.
    const auto read = [&](std::span<const ServiceSpec> running) {
        Configuration configuration =
            read_configuration(text(), path, plugins, process, [&](const ServiceSpec& spec) {
                if (std::find(running.begin(), running.end(), spec) == running.end()) {
                    try_service(plugins, spec);
                }
            });
        if (command.given("plugin-path")) {
            configuration.process.plugin_path.clear(); // the command line wins
        }
        return configuration;
    };
    Application application(plugins, read({}),
                            [&] { return read(application.configuration().services); });
    if (command.flag("check")) {
        application.check();
        return 0;
    }
    return application.run();
}

} // namespace

int run_command(const Plugins& plugins, std::span<const std::string> arguments) {
    std::string path;
    OptionValues process(process_options());
    OptionValues command(command_options());
    ArgumentReader reader;
    reader.add_argument("FILE", path);
    reader.add(process_options(), process);
    reader.add(command_options(), command);
    if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
        std::fputs(help().c_str(), stdout); // FILE need not be there
        return 0;
    }
    reader.read(arguments);
    try {
        return run_file(path, plugins, process, command);
    } catch (const ConfigurationError& error) {
        return tell(error);
    }
}

} // namespace hawser::runner
