// SPDX-License-Identifier: MIT
#include "hexdump.h"

#include <fmt/format.h>

#include <cassert>
#include <iterator>

namespace hawser {

std::string hexdump_row(std::uint64_t offset, Bytes row) {
    assert(row.size() <= hexdump_width);
    std::string text = fmt::format("{:08x} ", offset);
    const auto out = std::back_inserter(text);
    for (std::size_t i = 0; i < hexdump_width; ++i) {
        const char* const gap = i == hexdump_width / 2 ? "  " : " ";
        if (i < row.size()) {
            fmt::format_to(out, "{}{:02x}", gap, static_cast<unsigned char>(row[i]));
        } else {
            fmt::format_to(out, "{}  ", gap);
        }
    }
    text += "  |";
    for (const char octet : row) {
        text += octet >= ' ' && octet <= '~' ? octet : '.';
    }
    return text += '|';
}

} // namespace hawser
