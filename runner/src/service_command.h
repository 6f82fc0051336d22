// SPDX-License-Identifier: MIT
/// \file
/// `hawser PLUGIN`: one service, by the options on its command line.
#pragma once

#include <span>
#include <string>

namespace hawser::runner {

class Plugins;

/// Runs the plug-in \p name until it is told to stop; returns the exit code.
[[nodiscard]] int service_command(const Plugins& plugins, const std::string& name,
                                  std::span<const std::string> arguments);

} // namespace hawser::runner
