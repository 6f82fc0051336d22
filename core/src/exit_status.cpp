// SPDX-License-Identifier: MIT
#include <hawser/core/exit_status.h>

#include <fmt/format.h>

#include <cstring>

namespace hawser {

std::string to_string(const ExitStatus& status) {
    if (status.signal == 0) {
        return fmt::format("exited with {}", status.code);
    }
    const char* name = sigabbrev_np(status.signal);
    return name != nullptr ? fmt::format("ended by signal {} ({})", status.signal, name)
                           : fmt::format("ended by signal {}", status.signal);
}

} // namespace hawser
