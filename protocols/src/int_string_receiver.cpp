// SPDX-License-Identifier: MIT
#include <hawser/protocols/int_string_receiver.h>

#include <hawser/core/error.h>
#include <hawser/core/transport.h>

#include <array>
#include <cstdint>
#include <string>
#include <system_error>

namespace hawser {

IntStringReceiver::IntStringReceiver(std::size_t length_octets) noexcept : octets_(length_octets) {}
IntStringReceiver::~IntStringReceiver() = default;

void IntStringReceiver::send_string(Bytes string) {
    const std::uint64_t size = string.size();
    if (size >> (8 * octets_) != 0) {
        throw Error(std::make_error_code(std::errc::message_size),
                    "cannot send a string of " + std::to_string(size) + " bytes");
    }
    std::string head;
    for (std::size_t octet = octets_; octet > 0; --octet) {
        head += static_cast<char>(size >> (8 * (octet - 1)));
    }
    transport().write_sequence(std::array<Bytes, 2>{head, string});
}

std::optional<StringReceiver::Found> IntStringReceiver::find_string(Bytes input) {
    if (input.size() < octets_) {
        return std::nullopt;
    }
    std::size_t size = 0;
    for (const char octet : input.substr(0, octets_)) {
        size = size << 8 | static_cast<unsigned char>(octet);
    }
    if (size > string_limit()) {
        too_long(size);
        return std::nullopt;
    }
    const bool whole = input.size() - octets_ >= size;
    return whole ? std::optional(Found{octets_, size, octets_ + size}) : std::nullopt;
}

Int8StringReceiver::Int8StringReceiver() noexcept : IntStringReceiver(1) {}
Int8StringReceiver::~Int8StringReceiver() = default;

Int16StringReceiver::Int16StringReceiver() noexcept : IntStringReceiver(2) {}
Int16StringReceiver::~Int16StringReceiver() = default;

Int32StringReceiver::Int32StringReceiver() noexcept : IntStringReceiver(4) {}
Int32StringReceiver::~Int32StringReceiver() = default;

} // namespace hawser
