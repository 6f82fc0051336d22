// SPDX-License-Identifier: MIT
/// \file
/// The options that hawser itself has, whatever the plug-in.
#pragma once

#include "option_group.h"
#include "process_options.h"
#include "service_spec.h"

#include <span>
#include <vector>

namespace hawser::runner {

/// Of one service: `--listen`, and the limits of its connections.
[[nodiscard]] std::span<const PluginOption> service_options() noexcept;
/// Of the process: its log, its user, how it stops.
[[nodiscard]] std::span<const PluginOption> process_options() noexcept;
/// `--plugin-path`, `--check`, `--help`: of every command that runs services.
[[nodiscard]] std::span<const PluginOption> command_options() noexcept;

// What was set in these. They throw OptionError, EndpointError, and Failure with ExitCode::usage.

/// The endpoints of `--listen`; EndpointError for one that is none.
[[nodiscard]] std::vector<Endpoint> endpoints_from(const OptionValues& service);
[[nodiscard]] ServicePolicies policies_from(const OptionValues& service);
[[nodiscard]] ProcessOptions process_options_from(const OptionValues& process);

} // namespace hawser::runner
