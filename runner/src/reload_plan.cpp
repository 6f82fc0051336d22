// SPDX-License-Identifier: MIT
#include "reload_plan.h"

#include <algorithm>
#include <string>

namespace hawser::runner {

namespace {

std::vector<std::size_t> those_not_in(std::span<const ServiceSpec> others,
                                      std::span<const ServiceSpec> specs) {
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (std::find(others.begin(), others.end(), specs[i]) == others.end()) {
            indexes.push_back(i);
        }
    }
    return indexes;
}

std::vector<std::string> endpoints_of(std::span<const ServiceSpec> specs) {
    std::vector<std::string> endpoints;
    for (const ServiceSpec& spec : specs) {
        for (const Endpoint& endpoint : spec.listen) {
            endpoints.push_back(to_string(endpoint));
        }
    }
    std::sort(endpoints.begin(), endpoints.end());
    return endpoints;
}

} // namespace

ReloadPlan plan_reload(std::span<const ServiceSpec> running, std::span<const ServiceSpec> wanted) {
    return {.stop = those_not_in(wanted, running), .start = those_not_in(running, wanted)};
}

std::vector<std::string_view> needs_restart(const ProcessOptions& running,
                                            const ProcessOptions& wanted) {
    std::vector<std::string_view> settings;
    const auto differs = [&](bool differ, std::string_view name) {
        if (differ) {
            settings.push_back(name);
        }
    };
    differs(running.workers != wanted.workers, "workers");
    differs(running.drain_timeout != wanted.drain_timeout, "drain-timeout");
    differs(running.user != wanted.user, "user");
    differs(running.group != wanted.group, "group");
    differs(running.pidfile != wanted.pidfile, "pidfile");
    differs(running.status != wanted.status, "status");
    differs(running.plugin_path != wanted.plugin_path, "plugin-path");
    return settings;
}

bool listen_alike(std::span<const ServiceSpec> one, std::span<const ServiceSpec> other) {
    return endpoints_of(one) == endpoints_of(other);
}

} // namespace hawser::runner
