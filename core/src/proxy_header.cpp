// SPDX-License-Identifier: MIT
#include <hawser/core/proxy_header.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace hawser {

namespace {

using State = ProxyHeader::State;

ProxyHeader incomplete() {
    return {State::incomplete};
}

ProxyHeader bad() {
    return {State::bad};
}

/// Whether \p data could be, or go on as, what begins with \p start.
bool may_begin_with(Bytes data, std::string_view start) noexcept {
    const std::size_t known = std::min(data.size(), start.size());
    return data.substr(0, known) == start.substr(0, known);
}

// Version 1: a line.

constexpr std::string_view line_start = "PROXY ";
constexpr std::size_t longest_line = 107; // with its end

/// Takes the word before the next space off \p line.
std::string_view take_word(std::string_view& line) noexcept {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, space);
    line.remove_prefix(std::min(space + 1, line.size()));
    return word;
}

std::optional<std::uint16_t> port(std::string_view word) noexcept {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool strict = error == std::errc() && end == word.data() + word.size() &&
                        (word.size() == 1 || word.front() != '0');
    return strict ? std::optional(number) : std::nullopt;
}

std::optional<Address> address(std::string_view ip, std::string_view port_word, bool ipv6) {
    const auto number = port(port_word);
    const bool fits =
        (ip.find(':') != std::string_view::npos) == ipv6 && ip.find('%') == std::string_view::npos;
    return number && fits ? Address::from_ip(ip, *number) : std::nullopt;
}

/// \p line is what stands between the start and the end.
ProxyHeader read_words(std::string_view line, std::size_t size) {
    const std::string_view family = take_word(line);
    if (family == "UNKNOWN") { // and whatever follows
        return {State::complete, size};
    }
    const bool ipv6 = family == "TCP6";
    const std::size_t spaces = static_cast<std::size_t>(std::count(line.begin(), line.end(), ' '));
    if ((!ipv6 && family != "TCP4") || spaces != 3) {
        return bad();
    }
    const std::string_view from_ip = take_word(line);
    const std::string_view to_ip = take_word(line);
    const std::string_view from_port = take_word(line);
    const auto peer = address(from_ip, from_port, ipv6);
    const auto host = address(to_ip, line, ipv6);
    return peer && host ? ProxyHeader{State::complete, size, *peer, *host} : bad();
}

ProxyHeader read_line(Bytes data) {
    const std::size_t end = data.substr(0, longest_line).find('\n');
    if (end == std::string_view::npos) {
        return data.size() < longest_line ? incomplete() : bad();
    }
    if (data[end - 1] != '\r') {
        return bad();
    }
    return read_words(data.substr(line_start.size(), end - 1 - line_start.size()), end + 1);
}

// Version 2: octets.

constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t fixed_size = 16; // the signature, the version, the family, the length
constexpr std::size_t unix_path_size = 108;

std::uint16_t number_at(Bytes data, std::size_t at) noexcept {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(data[at]) << 8 |
                                      static_cast<unsigned char>(data[at + 1]));
}

template <std::size_t size>
std::array<std::uint8_t, size> octets_at(Bytes data, std::size_t at) noexcept {
    std::array<std::uint8_t, size> octets{};
    std::memcpy(octets.data(), data.data() + at, size);
    return octets;
}

/// As sun_path has it: up to a zero, or behind one.
Address unix_address(Bytes path) {
    if (path.front() == '\0') {
        const std::size_t last = path.find_last_not_of('\0');
        return last == Bytes::npos ? Address::unix_path("")
                                   : Address::unix_abstract(path.substr(1, last));
    }
    return Address::unix_path(path.substr(0, path.find('\0')));
}

/// \p block is what stands behind the length.
ProxyHeader read_addresses(unsigned family, Bytes block) {
    const std::size_t size = fixed_size + block.size();
    switch (family) {
    case 1:
        if (block.size() >= 12) {
            return {State::complete, size,
                    Address::ipv4(octets_at<4>(block, 0), number_at(block, 8)),
                    Address::ipv4(octets_at<4>(block, 4), number_at(block, 10))};
        }
        break;
    case 2:
        if (block.size() >= 36) {
            return {State::complete, size,
                    Address::ipv6(octets_at<16>(block, 0), number_at(block, 32)),
                    Address::ipv6(octets_at<16>(block, 16), number_at(block, 34))};
        }
        break;
    case 3:
        if (block.size() >= 2 * unix_path_size) {
            return {State::complete, size, unix_address(block.substr(0, unix_path_size)),
                    unix_address(block.substr(unix_path_size, unix_path_size))};
        }
        break;
    default: break;
    }
    return bad();
}

ProxyHeader read_octets(Bytes data) {
    if (data.size() < fixed_size) {
        return incomplete();
    }
    const auto version_and_command = static_cast<unsigned char>(data[12]);
    const auto family_and_protocol = static_cast<unsigned char>(data[13]);
    const unsigned command = version_and_command & 0xFU;
    const unsigned family = family_and_protocol >> 4U;
    const unsigned protocol = family_and_protocol & 0xFU;
    const std::size_t size = fixed_size + number_at(data, 14);
    if (version_and_command >> 4U != 2 || command > 1 || family > 3 || protocol > 2 ||
        size > longest_proxy_header) {
        return bad();
    }
    if (data.size() < size) {
        return incomplete();
    }
    if (command == 0 || family == 0 || protocol == 0) { // LOCAL, UNSPEC
        return {State::complete, size};
    }
    return read_addresses(family, data.substr(fixed_size, size - fixed_size));
}

} // namespace

ProxyHeader read_proxy_header(Bytes data) {
    if (may_begin_with(data, line_start)) {
        return data.size() < line_start.size() ? incomplete() : read_line(data);
    }
    return may_begin_with(data, signature) ? read_octets(data) : bad();
}

} // namespace hawser
