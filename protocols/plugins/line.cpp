// SPDX-License-Identifier: MIT
// hawser line: answers lines, by rules or by a command.
#include "line_command.h"

#include <hawser/protocols/line_responder.h>
#include <hawser/runner/plugin.h>

namespace {

using hawser::PluginOption;

constexpr PluginOption options[] = {
    {.name = "rules", .value = "FILE", .help = "answer by the rules in this file"},
    {.name = "command",
     .value = "COMMAND",
     .help = "answer with what this shell command prints; it reads the line from its standard "
             "input"},
    {.name = "deadline",
     .value = "TIME",
     .help = "how long a command may take for a line",
     .by_default = "10s"},
    {.name = "processes",
     .value = "N",
     .help = "how many commands may run at once; further lines wait",
     .by_default = "16"},
};

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    const hawser::OptionValues& values = context.options();
    if (values.given("rules") == values.given("command")) {
        throw hawser::OptionError("rules", "give this or --command, and not both");
    }
    if (values.given("rules")) {
        return context.serve(hawser::factory_for<hawser::LineResponder>(
            hawser::LineRules::read(values.get("rules"))));
    }
    return context.serve(std::make_shared<hawser::LineCommandFactory>(
        context.reactor(),
        hawser::LineCommandOptions{.command = values.get("command"),
                                   .processes = values.number("processes", 1, 1000),
                                   .deadline = values.time("deadline")}));
}

const hawser::Plugin line{
    .name = "line",
    .version = HAWSER_VERSION,
    .summary = "Answers each line by rules or by a command",
    .options = options,
    .example = "--command 'tr a-z A-Z'",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &line;
}
