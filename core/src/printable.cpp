// SPDX-License-Identifier: MIT
#include "printable.h"

#include <fmt/format.h>

namespace hawser {

std::string printable_line(std::string_view text) {
    std::string shown;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x20 || octet == 0x7f) {
            shown += fmt::format("\\x{:02x}", octet);
        } else {
            shown += c;
        }
    }
    return shown;
}

} // namespace hawser
