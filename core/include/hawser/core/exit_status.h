// SPDX-License-Identifier: MIT
/// \file
/// ExitStatus, how a process has ended.
#pragma once

#include <hawser/core/export.h>

#include <string>

namespace hawser {

/// By itself, with a code, or by a signal. A value.
struct ExitStatus {
    int code = 0;   ///< what the program returned; 0 when a signal ended it
    int signal = 0; ///< the signal that ended it; 0: none did

    /// It returned 0, as programs do when all went well.
    [[nodiscard]] bool success() const noexcept { return code == 0 && signal == 0; }

    friend bool operator==(const ExitStatus&, const ExitStatus&) noexcept = default;
};

/// "exited with 3", "ended by signal 9 (KILL)".
HAWSER_API std::string to_string(const ExitStatus& status);

} // namespace hawser
