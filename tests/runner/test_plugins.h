// SPDX-License-Identifier: MIT
/// \file
/// The plug-ins of tests/runner/modules, by name.
#pragma once

#include "plugins.h"
#include "service_spec.h"

#include <string>
#include <utility>
#include <vector>

namespace runner_test {

/// What `NAME.plugin` beside `NAME.so` would say.
inline hawser::runner::Manifest manifest(const std::string& name,
                                         std::vector<std::string> provides = {"service"}) {
    return {.name = name,
            .version = "1",
            .summary = "",
            .provides = std::move(provides),
            .abi = hawser::plugin_abi,
            .module = std::string(HAWSER_TEST_MODULES) + '/' + name + ".so"};
}

/// `near`, and one that says to bring kinds and cannot be loaded.
inline hawser::runner::Plugins plugins_with_kinds() {
    return hawser::runner::Plugins({.found = {manifest("near", {"service", "endpoint-kind near"}),
                                              manifest("no_symbol", {"endpoint-kind far"})},
                                    .broken = {}});
}

/// An echo server, with the plug-in `near`.
inline hawser::runner::ServiceSpec near_service(const hawser::runner::Plugins& plugins,
                                                const std::string& name,
                                                std::vector<hawser::Endpoint> listen) {
    return {.name = name,
            .plugin = "near",
            .listen = std::move(listen),
            .options = hawser::OptionValues(plugins.load("near").options)};
}

} // namespace runner_test
