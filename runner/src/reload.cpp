// SPDX-License-Identifier: MIT
#include "reload.h"

#include "log_writer.h"
#include "reload_plan.h"

#include <hawser/core/detail/no_such_name.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <utility>

namespace hawser::runner {

bool reload(Configuration& running, LogWriter& log_writer,
            const std::function<Configuration()>& reread,
            const std::function<std::string(const Configuration& wanted)>& change) {
    try {
        Configuration wanted = reread();
        ProcessOptions& now = running.process;
        const ProcessOptions& then = wanted.process;
        const auto unchangeable = needs_restart(now, then);
        std::optional<LogWriter::Place> place;
        if (now.log_file != then.log_file || now.log_format != then.log_format) {
            place = LogWriter::open(then.log_file, then.log_format);
        }
        const std::string done = change(wanted);
        // From here on nothing fails.
        if (place) {
            log_writer.go_to(std::move(*place));
        }
        log_writer.set_levels(then.log_levels);
        now.log_file = then.log_file;
        now.log_format = then.log_format;
        now.log_levels = then.log_levels;
        running.services = std::move(wanted.services);
        log(LogLevel::info, "hawser", fmt::format("read the configuration anew: {}", done));
        if (!unchangeable.empty()) {
            log(LogLevel::warning, "hawser",
                fmt::format("what a restart alone can change: {}", detail::listed(unchangeable)));
        }
        return true;
    } catch (...) {
        log(LogLevel::error, "hawser",
            fmt::format("the new configuration is refused, the old one runs on: {}",
                        message_of(std::current_exception())));
        return false;
    }
}

} // namespace hawser::runner
