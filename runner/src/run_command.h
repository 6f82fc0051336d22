// SPDX-License-Identifier: MIT
/// \file
/// `hawser run FILE`: the services of a configuration.
#pragma once

#include <span>
#include <string>

namespace hawser::runner {

class Plugins;

/// Runs what the file says until it is told to stop, reading it anew on SIGHUP; returns the exit
/// code. What is wrong in the file is told on standard error, a line each, with ExitCode::config.
[[nodiscard]] int run_command(const Plugins& plugins, std::span<const std::string> arguments);

} // namespace hawser::runner
