// SPDX-License-Identifier: MIT
/// \file
/// `hawser connect ENDPOINT`: the terminal, connected.
#pragma once

#include <span>
#include <string>

namespace hawser::runner {

class Plugins;

/// Sends standard input, and shows what comes, until the server has ended. At the end of the
/// input our direction ends; the server may have more to say. Returns the exit code; throws
/// Failure with ExitCode::no_host or ExitCode::unavailable.
[[nodiscard]] int connect_command(const Plugins& plugins, std::span<const std::string> arguments);

} // namespace hawser::runner
