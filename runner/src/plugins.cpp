// SPDX-License-Identifier: MIT
#include "plugins.h"

#include "exit_code.h"
#include "plugin_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hawser::runner {

Plugins::Plugins(PluginSearch search) : search_(std::move(search)) {}

const Manifest* Plugins::find(std::string_view name) const noexcept {
    const auto found = std::find_if(search_.found.begin(), search_.found.end(),
                                    [&](const Manifest& each) { return each.name == name; });
    return found != search_.found.end() ? &*found : nullptr;
}

Plugins Plugins::with(PluginSearch others) const {
    const Plugins first(others);
    for (const Manifest& ours : search_.found) {
        if (first.find(ours.name) == nullptr) {
            others.found.push_back(ours);
        }
    }
    std::sort(others.found.begin(), others.found.end(),
              [](const Manifest& one, const Manifest& other) { return one.name < other.name; });
    others.broken.insert(others.broken.end(), search_.broken.begin(), search_.broken.end());
    return Plugins(std::move(others));
}

const Plugin& Plugins::load(std::string_view name) const {
    const Manifest* const manifest = find(name);
    if (manifest == nullptr) {
        throw Failure(ExitCode::usage, fmt::format("no plug-in \"{}\"", name));
    }
    return load_plugin(*manifest);
}

} // namespace hawser::runner
