// SPDX-License-Identifier: MIT
#include "printable.h"

#include <fmt/format.h>

namespace hawser {

namespace {

template <class Shown>
std::string escaped(std::string_view text, Shown shown) {
    std::string result;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (shown(octet)) {
            result += c;
        } else {
            result += fmt::format("\\x{:02x}", octet);
        }
    }
    return result;
}

} // namespace

std::string printable_line(std::string_view text) {
    return escaped(text, [](unsigned char octet) { return octet >= 0x20 && octet != 0x7f; });
}

std::string printable_ascii(std::string_view text) {
    return escaped(text, [](unsigned char octet) { return octet >= 0x20 && octet < 0x7f; });
}

} // namespace hawser
