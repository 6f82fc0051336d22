// SPDX-License-Identifier: MIT
/// \file
/// Descriptor, an open file descriptor and its owner.
#pragma once

#include <hawser/core/export.h>

#include <utility>

namespace hawser {

/// Closes its descriptor when it goes.
class HAWSER_API Descriptor {
public:
    Descriptor() noexcept = default; ///< None.
    /// Takes \p fd over; negative: none.
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    /// A second descriptor for what \p fd is open on, closed by exec(). Throws with the system's
    /// error, std::errc::bad_file_descriptor or std::errc::too_many_files_open.
    [[nodiscard]] static Descriptor duplicate_of(int fd);

    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() {
        if (fd_ >= 0) {
            close();
        }
    }

    [[nodiscard]] int get() const noexcept { return fd_; } ///< Negative: none.
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

    /// Gives it up: the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    void close() noexcept; ///< Does nothing when there is none.

private:
    int fd_ = -1;
};

} // namespace hawser
