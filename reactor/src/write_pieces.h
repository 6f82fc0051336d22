// SPDX-License-Identifier: MIT
/// \file
/// write_pieces(), how pipes and terminals are written to.
#pragma once

#include <hawser/core/bytes.h>

#include <cstddef>
#include <span>
#include <system_error>
#include <utility>

namespace hawser::detail {

/// Until all is taken, or it would block, or it fails. A pipe that nobody reads is an error only.
std::pair<std::size_t, std::error_code> write_pieces(int fd,
                                                     std::span<const Bytes> pieces) noexcept;

} // namespace hawser::detail
