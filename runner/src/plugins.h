// SPDX-License-Identifier: MIT
/// \file
/// Plugins, those that are there, and the code of those that are used.
#pragma once

#include "plugin_search.h"

#include <hawser/runner/plugin.h>

#include <string_view>
#include <vector>

namespace hawser::runner {

/// Knows all plug-ins by their manifests; a module is loaded when its plug-in is asked for.
class Plugins {
public:
    explicit Plugins(PluginSearch search);

    [[nodiscard]] const std::vector<Manifest>& manifests() const noexcept { return search_.found; }
    /// What is wrong with the others, a line each.
    [[nodiscard]] const std::vector<std::string>& broken() const noexcept { return search_.broken; }
    /// Null when there is none of that name.
    [[nodiscard]] const Manifest* find(std::string_view name) const noexcept;

    /// Those \p others, and ours besides: where both have one of a name, theirs.
    [[nodiscard]] Plugins with(PluginSearch others) const;

    /// Throws Failure with ExitCode::usage when there is none, and what load_plugin() throws.
    [[nodiscard]] const Plugin& load(std::string_view name) const;

private:
    PluginSearch search_;
};

} // namespace hawser::runner
