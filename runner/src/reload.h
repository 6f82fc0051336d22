// SPDX-License-Identifier: MIT
/// \file
/// reload(), one configuration in place of another.
#pragma once

#include "configuration.h"

#include <functional>
#include <string>

namespace hawser::runner {

class LogWriter;

/// Reads a configuration with \p reread, has \p change put its services into force and say what it
/// has done, then does so with its log settings. Whatever throws before the end is told in one
/// line of the log, and all is as before: \p running stays what it is, and this returns false.
/// Settings that need a restart stay too, with a warning.
bool reload(Configuration& running, LogWriter& log, const std::function<Configuration()>& reread,
            const std::function<std::string(const Configuration& wanted)>& change);

} // namespace hawser::runner
