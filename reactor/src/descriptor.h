// SPDX-License-Identifier: MIT
/// \file
/// What a failed system call left behind, and Descriptor for all who make system calls.
#pragma once

#include <hawser/core/descriptor.h>

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hawser::detail {

inline std::error_code last_error() noexcept {
    return {errno, std::system_category()};
}

} // namespace hawser::detail
