// SPDX-License-Identifier: MIT
#include <hawser/protocols/netstring_receiver.h>

#include <hawser/core/error.h>
#include <hawser/core/transport.h>

#include <array>
#include <limits>
#include <string>

namespace hawser {

namespace {

constexpr std::size_t uncountable = std::numeric_limits<std::size_t>::max();

} // namespace

NetstringReceiver::~NetstringReceiver() = default;

void NetstringReceiver::send_string(Bytes string) {
    const std::string head = std::to_string(string.size()) + ':';
    transport().write_sequence(std::array<Bytes, 3>{head, string, ","});
}

std::optional<StringReceiver::Found> NetstringReceiver::find_string(Bytes input) {
    std::size_t size = 0;
    std::size_t at = 0;
    for (; at < input.size() && input[at] >= '0' && input[at] <= '9'; ++at) {
        if (at > 0 && input[0] == '0') {
            end_with(Errc::protocol_error);
            return std::nullopt;
        }
        const auto digit = static_cast<std::size_t>(input[at] - '0');
        if (size > string_limit() / 10 || digit > string_limit() - size * 10) {
            too_long(size > (uncountable - digit) / 10 ? uncountable : size * 10 + digit);
            return std::nullopt; // however many digits follow
        }
        size = size * 10 + digit;
    }
    if (at == input.size()) {
        return std::nullopt;
    }
    const std::size_t begin = at + 1;
    const bool whole = input.size() - begin > size;
    if (at == 0 || input[at] != ':' || (whole && input[begin + size] != ',')) {
        end_with(Errc::protocol_error);
        return std::nullopt;
    }
    return whole ? std::optional(Found{begin, size, begin + size + 1}) : std::nullopt;
}

} // namespace hawser
