// SPDX-License-Identifier: MIT
/// \file
/// hexdump_row(), octets as people can read them.
#pragma once

#include <hawser/core/bytes.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hawser {

inline constexpr std::size_t hexdump_width = 16; // octets in a row

/// One row, as of hexdump(1) with -C: the offset, the octets, what of them is printable ASCII.
/// Precondition: \p row is no longer than hexdump_width.
std::string hexdump_row(std::uint64_t offset, Bytes row);

} // namespace hawser
