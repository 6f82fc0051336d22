// SPDX-License-Identifier: MIT
/// \file
/// `hawser list`: the plug-ins there are.
#pragma once

#include <span>
#include <string>

namespace hawser::runner {

class Plugins;

/// A row for each plug-in on standard output, and a line for each broken one on standard error;
/// loads none. Returns the exit code.
[[nodiscard]] int list_command(const Plugins& plugins, std::span<const std::string> arguments);

/// The rows: name and summary.
[[nodiscard]] std::string list_of(const Plugins& plugins);

} // namespace hawser::runner
