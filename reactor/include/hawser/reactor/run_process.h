// SPDX-License-Identifier: MIT
/// \file
/// run_process(), to run another program to its end.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/error.h>
#include <hawser/core/exit_status.h>
#include <hawser/core/export.h>
#include <hawser/reactor/process.h>

#include <chrono>
#include <cstddef>
#include <string>

namespace hawser {

/// What a program said, and how it ended.
struct ProcessOutput {
    ExitStatus status;
    std::string out;
    std::string err;
};

/// What run_process() waits for, and takes.
struct RunLimits {
    std::size_t out = 1024 * 1024;             ///< bytes of standard output
    std::size_t err = 1024 * 1024;             ///< bytes of standard error
    std::chrono::milliseconds deadline{60000}; ///< for the whole
};

/// A process wrote more than RunLimits: `cannot run yes: standard output: more output than its
/// limit`. Its code is Errc::output_limit.
class HAWSER_API OutputLimitError final : public Error {
public:
    OutputLimitError(const std::string& program, int descriptor);
    ~OutputLimitError() override;
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; } ///< 1 or 2

private:
    int descriptor_;
};

/// Runs a program, writes \p input to its standard input, and resolves with what it wrote once
/// it has ended; a code other than 0 is no failure. Fails with Error when it cannot be run,
/// with Errc::timed_out at the deadline, and with OutputLimitError past a limit; in these cases,
/// and when the Deferred is dropped or canceled, the process is ended as a dropped Process is, and
/// what it has started with it: it always has a ProcessOptions::process_group of its own.
[[nodiscard]] HAWSER_API Deferred<ProcessOutput> run_process(Reactor& reactor,
                                                             const ProcessOptions& options,
                                                             std::string input = {},
                                                             RunLimits limits = {});

} // namespace hawser
