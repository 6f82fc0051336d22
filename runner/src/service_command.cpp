// SPDX-License-Identifier: MIT
#include "service_command.h"

#include "application.h"
#include "argument_reader.h"
#include "common_options.h"
#include "exit_code.h"
#include "help.h"
#include "plugins.h"

#include <fmt/format.h>

#include <cstdio>

namespace hawser::runner {

namespace {

std::string help_of(const Plugin& plugin) {
    std::string text = fmt::format("usage: hawser {0} --listen ENDPOINT... [OPTION...]\n\n"
                                   "{0} {1}: {2}\n\n",
                                   plugin.name, plugin.version, plugin.summary);
    if (!plugin.options.empty()) {
        text += help_group({fmt::format("Options of {}", plugin.name), plugin.options}) + '\n';
    }
    text += help_group({"Connections", service_options()}) + '\n';
    text += help_group({"The process", process_options()}) + '\n';
    text += help_group({"Besides", command_options()}) + '\n';
    const std::string begin = fmt::format("  hawser {}{}{}", plugin.name,
                                          plugin.example[0] != '\0' ? " " : "", plugin.example);
    text += fmt::format("Examples:\n"
                        "{0} --listen tcp:8000\n"
                        "{0} --listen tcp:127.0.0.1:8000 \\\n"
                        "      --listen unix:/tmp/{1}.sock --max-per-peer 10\n"
                        "  hawser connect tcp:localhost:8000      # in another terminal\n",
                        begin, plugin.name);
    return text;
}

} // namespace

int service_command(const Plugins& plugins, const std::string& name,
                    std::span<const std::string> arguments) {
    const Plugin& plugin = plugins.load(name);
    OptionValues own(plugin.options);
    OptionValues service(service_options());
    OptionValues process(process_options());
    OptionValues command(command_options());
    ArgumentReader reader;
    reader.add(plugin.options, own);
    reader.add(service_options(), service);
    reader.add(process_options(), process);
    reader.add(command_options(), command);
    reader.read(arguments);
    if (command.flag("help")) {
        std::fputs(help_of(plugin).c_str(), stdout);
        return 0;
    }
    if (!service.given("listen")) {
        throw Failure(ExitCode::usage, "--listen is missing: where to listen, like tcp:8000");
    }
    ServiceSpec spec{.name = name,
                     .plugin = name,
                     .listen = endpoints_from(service),
                     .options = std::move(own),
                     .policies = policies_from(service)};
    Application application(
        plugins, {.process = process_options_from(process), .services = {std::move(spec)}});
    if (command.flag("check")) {
        application.check();
        return 0;
    }
    return application.run();
}

} // namespace hawser::runner
