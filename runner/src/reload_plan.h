// SPDX-License-Identifier: MIT
/// \file
/// plan_reload(), what a new configuration changes.
#pragma once

#include "process_options.h"
#include "service_spec.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace hawser::runner {

/// What is to be done so that those that are wanted run.
struct ReloadPlan {
    std::vector<std::size_t> stop;  ///< Of those that run: removed, or not as they are wanted.
    std::vector<std::size_t> start; ///< Of those that are wanted: added, or not as they run.

    friend bool operator==(const ReloadPlan&, const ReloadPlan&) = default;
};

/// A service that runs as it is wanted is in neither list: nothing happens to it.
[[nodiscard]] ReloadPlan plan_reload(std::span<const ServiceSpec> running,
                                     std::span<const ServiceSpec> wanted);

/// The settings that differ and that a process cannot change while it runs.
[[nodiscard]] std::vector<std::string_view> needs_restart(const ProcessOptions& running,
                                                          const ProcessOptions& wanted);

/// Whether all services together listen at the same endpoints, in whatever order.
[[nodiscard]] bool listen_alike(std::span<const ServiceSpec> one,
                                std::span<const ServiceSpec> other);

} // namespace hawser::runner
