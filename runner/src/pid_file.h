// SPDX-License-Identifier: MIT
/// \file
/// PidFile, which tells others our process id and lets us run once only.
#pragma once

#include <hawser/core/descriptor.h>

#include <sys/types.h>

#include <string>

namespace hawser::runner {

/// Holds a lock on its file, which the system takes off when the process ends, however it ends. So
/// a file that was left behind by a crash is taken over, whatever process has that number now.
///
/// The destructor removes the file, unless another is there in its place; where the directory
/// forbids it (we may have become another user), it leaves an empty one. In a process that was
/// forked meanwhile it does nothing.
class PidFile {
public:
    /// Makes \p path, an absolute one, with mode 644 and our process id. Throws Failure:
    ///
    ///     pid file /run/x.pid: already runs as 1234              ExitCode::unavailable
    ///     cannot write the pid file /run/x.pid: permission denied   ExitCode::cannot_create
    ///     pid file /etc/motd: it holds something else            ExitCode::cannot_create
    explicit PidFile(std::string path);
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void write_pid();

    std::string path_;
    Descriptor file_; // locked
    pid_t owner_ = 0;
};

} // namespace hawser::runner
