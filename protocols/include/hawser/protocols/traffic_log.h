// SPDX-License-Identifier: MIT
/// \file
/// traffic_log(), what the connections of a factory say, in the log.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/factory.h>

#include <cstddef>
#include <memory>
#include <string>

namespace hawser {

/// Makes the protocols of \p factory and logs, at debug level in the area \p where, the life of
/// their connections and all that passes, up to \p most bytes of each read and each write:
///
///     connected
///     received 7 bytes
///     < 00000000  68 65 6c 6c 6f 0d 0a                              |hello..|
///     wrote 4 bytes
///     > 00000000  66 6f 6f 21                                       |foo!|
///     lost in order: 7 bytes received, 4 written
///
/// Each record has the fields `connection`, a number, and `peer`. The default log shows nothing
/// below info: see set_log_sink().
///
/// Passwords and all other secrets stand in it as they pass: who may read the log may know them.
[[nodiscard]] HAWSER_API std::shared_ptr<Factory> traffic_log(std::shared_ptr<Factory> factory,
                                                              std::string where = "traffic",
                                                              std::size_t most = 256);

} // namespace hawser
