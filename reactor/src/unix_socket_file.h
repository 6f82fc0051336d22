// SPDX-License-Identifier: MIT
/// \file
/// UnixSocketFile, the file that a listening Unix socket leaves in the file system.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

namespace hawser::detail {

/// Removes the file when it goes, if it is still ours: another server may have taken the path.
class UnixSocketFile {
public:
    UnixSocketFile() noexcept = default; ///< No file: TCP, or an abstract name.
    /// Of the file at \p path, which the caller has just bound.
    explicit UnixSocketFile(std::string path);
    UnixSocketFile(UnixSocketFile&& other) noexcept
        : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}
    UnixSocketFile& operator=(UnixSocketFile&& other) noexcept;
    ~UnixSocketFile() { remove(); }

    bool remove() noexcept; ///< True when it was there and still ours.

    static bool is_socket(const std::string& path) noexcept;

    /// Removes a socket file that nobody listens on any more. False, and nothing is touched, when
    /// somebody does or when it is no socket at all.
    static bool remove_stale(const std::string& path) noexcept;

private:
    std::string path_; // empty: no file
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

} // namespace hawser::detail
