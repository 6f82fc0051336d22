// SPDX-License-Identifier: MIT
/// \file
/// The kinds of endpoint that the parser knows.
#pragma once

#include <hawser/core/endpoint.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace hawser {

struct BuiltInKind {
    Endpoint::Kind kind;
    std::string_view name;
    std::string_view example;
    std::array<std::string_view, 2> place_names; // keys that may stand without their name
    std::size_t place_count;
    std::size_t needed; // of these, from the last

    [[nodiscard]] std::span<const std::string_view> places() const noexcept {
        return {place_names.data(), place_count};
    }
};

/// In the order of Endpoint::Kind, all but Kind::registered.
inline constexpr std::array built_in_kinds{
    BuiltInKind{Endpoint::Kind::tcp, "tcp", "tcp:8000", {"host", "port"}, 2, 1},
    BuiltInKind{Endpoint::Kind::udp, "udp", "udp:53", {"host", "port"}, 2, 1},
    BuiltInKind{Endpoint::Kind::unix_stream, "unix", "unix:/run/chat.sock", {"path"}, 1, 1},
    BuiltInKind{Endpoint::Kind::unix_datagram, "unixgram", "unixgram:/run/log", {"path"}, 1, 0},
    BuiltInKind{Endpoint::Kind::fd, "fd", "fd:3", {"descriptor"}, 1, 1},
    BuiltInKind{Endpoint::Kind::vsock, "vsock", "vsock:1024", {"cid", "port"}, 2, 1},
    BuiltInKind{Endpoint::Kind::tipc, "tipc", "tipc:4711:1", {"type", "instance"}, 2, 2},
    BuiltInKind{Endpoint::Kind::stdio, "stdio", "stdio:", {}, 0, 0},
    BuiltInKind{Endpoint::Kind::systemd, "systemd", "systemd:chat", {"name"}, 1, 0},
};

inline const BuiltInKind& built_in_kind(Endpoint::Kind kind) noexcept {
    return built_in_kinds[static_cast<std::size_t>(kind)];
}

inline std::vector<std::string_view> built_in_kind_names() {
    std::vector<std::string_view> names;
    for (const BuiltInKind& kind : built_in_kinds) {
        names.push_back(kind.name);
    }
    return names;
}

/// Null when \p name is none of them.
inline const BuiltInKind* find_built_in_kind(std::string_view name) noexcept {
    for (const BuiltInKind& kind : built_in_kinds) {
        if (kind.name == name) {
            return &kind;
        }
    }
    return nullptr;
}

/// Whether a kind may be called so: a lower-case letter, then these, digits, plus, minus, dots.
inline bool is_kind_name(std::string_view name) noexcept {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view all = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
    return !name.empty() && letters.find(name.front()) != std::string_view::npos &&
           name.find_first_not_of(all) == std::string_view::npos;
}

} // namespace hawser
