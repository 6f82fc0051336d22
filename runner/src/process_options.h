// SPDX-License-Identifier: MIT
/// \file
/// ProcessOptions, what a configuration says of the process that runs its services.
#pragma once

#include "log_levels.h"
#include "log_line.h"

#include <hawser/core/endpoint.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hawser::runner {

struct ProcessOptions {
    std::string log_file{}; ///< Empty: standard error.
    LogFormat log_format = LogFormat::text;
    LogLevels log_levels{};
    std::string pidfile{}; ///< Empty: none.
    std::string user{};    ///< Empty: who started us.
    std::string group{};   ///< Empty: the user's own.
    /// Processes that share the ports; 0: as many as there are processors for us.
    std::size_t workers = 1;
    /// How long a stop waits for connections to end in good order.
    std::chrono::milliseconds drain_timeout{10000};
    std::optional<Endpoint>
        status{}; ///< Where StatusProtocol listens, a Unix socket; null: nowhere.
    std::vector<std::string> plugin_path{}; ///< Of a file: directories that were searched as well.
};

} // namespace hawser::runner
