// SPDX-License-Identifier: MIT
#include "list_command.h"

#include "argument_reader.h"
#include "help.h"
#include "plugins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace hawser::runner {

namespace {

constexpr PluginOption list_options[] = {
    {.name = "plugin-path",
     .value = "DIR...",
     .help = "look for plug-ins there first; may be given several times"},
    {.name = "help", .help = "show this"},
};

bool is_service(const Manifest& manifest) {
    return std::find(manifest.provides.begin(), manifest.provides.end(), "service") !=
           manifest.provides.end();
}

// The kinds of endpoint that it brings, in parentheses.
std::string kinds_of(const Manifest& manifest) {
    constexpr std::string_view word = "endpoint-kind ";
    std::string kinds;
    for (const std::string& what : manifest.provides) {
        if (what.starts_with(word)) {
            kinds += fmt::format("{}{}:", kinds.empty() ? "" : ", ", what.substr(word.size()));
        }
    }
    return kinds.empty() ? kinds : fmt::format(" (endpoints {})", kinds);
}

} // namespace

std::string list_of(const Plugins& plugins) {
    std::string text;
    for (const Manifest& manifest : plugins.manifests()) {
        text += help_row(manifest.name, manifest.summary + kinds_of(manifest) +
                                            (is_service(manifest) ? "" : " (no service)"));
    }
    return text;
}

int list_command(const Plugins& plugins, std::span<const std::string> arguments) {
    OptionValues values(list_options);
    ArgumentReader reader;
    reader.add(list_options, values);
    reader.read(arguments);
    if (values.flag("help")) {
        std::fputs("usage: hawser list [OPTION...]\n\n"
                   "Shows the plug-ins there are, by their manifests; loads none.\n\n",
                   stdout);
        std::fputs(help_group({"Options", list_options}).c_str(), stdout);
        std::fputs(
            "\nPlug-ins are looked for in --plugin-path, in the directories of the variable\n"
            "HAWSER_PLUGIN_PATH, and where hawser is installed.\n",
            stdout);
        return 0;
    }
    std::fputs(list_of(plugins).c_str(), stdout);
    if (plugins.manifests().empty()) {
        std::fputs("hawser list: no plug-in was found\n", stderr);
    }
    for (const std::string& what : plugins.broken()) {
        std::fprintf(stderr, "hawser list: %s\n", what.c_str());
    }
    return 0;
}

} // namespace hawser::runner
