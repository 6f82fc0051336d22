// SPDX-License-Identifier: MIT
/// \file
/// The keys that endpoints take, each with what its value may be.
#pragma once

#include <hawser/core/endpoint.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hawser {

struct EndpointAccess {
    using Parts = Endpoint::Parts;
};
using EndpointParts = EndpointAccess::Parts;

struct EndpointKey {
    enum class Value : std::uint8_t { text, number, octal, yes_or_no };

    std::string_view name;
    unsigned kinds; // a bit for each that takes it
    Value value;

    // Of text:
    std::string EndpointParts::*text = nullptr;
    std::string (*check)(std::string_view text) = nullptr; // what is wrong; empty: nothing

    // Of all others:
    std::optional<std::int64_t> (*get)(const EndpointParts& parts) = nullptr;
    void (*set)(EndpointParts& parts, std::int64_t number) = nullptr;
    std::string_view what{}; // it is, for errors: a port is a number
    std::int64_t least = 0;
    std::int64_t most = 1;

    [[nodiscard]] bool goes_with(Endpoint::Kind kind) const noexcept {
        return (kinds >> static_cast<unsigned>(kind) & 1U) != 0;
    }

    /// Sets it from \p value; gives what is wrong, empty when nothing is.
    std::string read(std::string_view value, EndpointParts& parts) const;

    /// What reads the same; null when it is not set.
    [[nodiscard]] std::optional<std::string> write(const EndpointParts& parts) const;
};

/// All there are, in the order in which they are written.
std::span<const EndpointKey> endpoint_keys() noexcept;

/// Null when \p kind takes none of that name.
const EndpointKey* endpoint_key(Endpoint::Kind kind, std::string_view name) noexcept;

} // namespace hawser
