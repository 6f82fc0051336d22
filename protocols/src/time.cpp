// SPDX-License-Identifier: MIT
#include <hawser/protocols/time.h>

#include <hawser/core/transport.h>

#include <array>
#include <cstdint>

namespace hawser {

namespace {

constexpr std::chrono::sys_days first_day = std::chrono::year(1900) / 1 / 1;

} // namespace

Time::Time(Now now) noexcept : now_(now) {}

Time::~Time() = default;

void Time::connection_made() {
    const auto since = std::chrono::floor<std::chrono::seconds>(now_() - first_day);
    const auto count = static_cast<std::uint32_t>(since.count()); // modulo 2^32
    const std::array<char, 4> octets{static_cast<char>(count >> 24), static_cast<char>(count >> 16),
                                     static_cast<char>(count >> 8), static_cast<char>(count)};
    transport().write(Bytes(octets.data(), octets.size()));
    transport().lose_connection();
}

} // namespace hawser
