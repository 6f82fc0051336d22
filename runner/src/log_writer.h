// SPDX-License-Identifier: MIT
/// \file
/// LogWriter, where the program's log goes: standard error, or a file that may be rotated.
#pragma once

#include "log_levels.h"
#include "log_line.h"

#include <hawser/core/descriptor.h>
#include <hawser/core/log.h>

#include <cstdint>
#include <mutex>
#include <string>

namespace hawser::runner {

/// Writes each record that its levels let through as one line, with one system call. Hand it to
/// set_log_sink(). Thread-safe.
///
/// A record that cannot be written (a full disk) is lost, and the program goes on: the first is
/// told on standard error, and when there is room again the log says how many were lost. A log
/// that nobody reads any more is such an error too, if the program ignores SIGPIPE.
class LogWriter final : public LogSink {
public:
    /// To standard error.
    explicit LogWriter(LogFormat format, LogLevels levels = LogLevels());
    /// Appends to the file \p path, which is made with mode 640 if need be. Throws Failure with
    /// ExitCode::cannot_create: `cannot open the log file /x: no such file or directory`.
    LogWriter(std::string path, LogFormat format, LogLevels levels = LogLevels());
    ~LogWriter() override;

    /// Never throws.
    void write(const LogRecord& record) noexcept override;

    void set_levels(LogLevels levels) noexcept;
    [[nodiscard]] LogLevels levels() const;

    /// A place to write to, open.
    struct Place {
        std::string path; ///< Empty: standard error.
        LogFormat format;
        Descriptor file;
    };
    /// Opens \p path. Throws as the constructor does.
    [[nodiscard]] static Place open(const std::string& path, LogFormat format);
    /// Writes there from now on.
    void go_to(Place place) noexcept;

    /// Opens the file anew, for it was renamed. When that fails, the one so far is kept, and says
    /// so. To standard error: does nothing.
    void reopen() noexcept;

    /// How many records could not be written so far.
    [[nodiscard]] std::uint64_t lost() const noexcept;

private:
    bool add(const std::string& line);
    void tell_lost();

    mutable std::mutex mutex_; // guards what follows
    std::string path_;         // empty: standard error
    LogFormat format_;
    LogLevels levels_;
    Descriptor file_; // none: standard error
    std::uint64_t lost_ = 0;
    std::uint64_t untold_ = 0; // of them: the log does not know yet
    bool torn_ = false;        // the last line has a beginning only
};

} // namespace hawser::runner
