// SPDX-License-Identifier: MIT
#include <hawser/runner/plugin.h>

static constexpr hawser::PluginOption options[] = {{.name = "listen", .value = "WORD"}};

static const hawser::Plugin taken_option{
    .name = "taken_option",
    .options = options,
    .make_service = [](hawser::ServiceContext&) { return std::unique_ptr<hawser::Service>(); },
};

const hawser::Plugin* hawser_plugin() {
    return &taken_option;
}
