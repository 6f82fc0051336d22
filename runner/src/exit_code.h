// SPDX-License-Identifier: MIT
/// \file
/// ExitCode, how the program ends, and Failure, an error that knows it.
#pragma once

#include <hawser/core/error.h>

#include <exception>
#include <string_view>
#include <system_error>

namespace hawser::runner {

/// The numbers of sysexits(3). A service manager can so tell what would only fail again
/// (`RestartPreventExitStatus=64 67 78`) from what may pass.
enum class ExitCode {
    ok = 0,
    usage = 64,         ///< the command line is wrong
    no_user = 67,       ///< an unknown user or group
    no_host = 68,       ///< a host name that nobody knows
    unavailable = 69,   ///< another one has the address, or the pid file
    software = 70,      ///< an error of ours, or of a plug-in
    os_error = 71,      ///< the system refused something else
    cannot_create = 73, ///< a pid file or a log file cannot be written
    no_permission = 77, ///< not allowed: a port below 1024, another user
    config = 78,        ///< a file that says what to do is wrong
};

/// An error of starting, with the code to end with.
class Failure final : public Error {
public:
    /// \p text says it all.
    Failure(ExitCode exit_code, std::string_view text);
    /// `subject: message of code`.
    Failure(ExitCode exit_code, std::error_code code, std::string_view subject);
    ~Failure() override;

    [[nodiscard]] ExitCode exit_code() const noexcept { return exit_code_; }

private:
    ExitCode exit_code_;
};

/// The code of a Failure. Of any other exception what its std::error_code tells: a bad endpoint is
/// usage, an address in use unavailable, what is forbidden no_permission, another error of the
/// system os_error; all else is software.
[[nodiscard]] ExitCode exit_code_of(const std::exception_ptr& error) noexcept;

} // namespace hawser::runner
