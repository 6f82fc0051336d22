// SPDX-License-Identifier: MIT
#include "socket_address.h"

#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <string>

namespace hawser::detail {

namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

template <class Raw>
Raw& as(sockaddr_storage& storage) noexcept {
    return reinterpret_cast<Raw&>(storage);
}

Address from_unix(const SocketAddress& from) {
    if (from.length <= path_offset) {
        return Address::unix_path({}); // unnamed
    }
    const auto& raw = reinterpret_cast<const sockaddr_un&>(from.storage);
    const std::size_t size = from.length - path_offset;
    if (raw.sun_path[0] == '\0') {
        return Address::unix_abstract(std::string_view(raw.sun_path + 1, size - 1));
    }
    return Address::unix_path(std::string_view(raw.sun_path, strnlen(raw.sun_path, size)));
}

} // namespace

SocketAddress::SocketAddress(const Address& address) {
    const std::string_view octets = address.ip_octets();
    switch (address.family()) {
    case Address::Family::ipv4: {
        auto& raw = as<sockaddr_in>(storage);
        raw.sin_family = AF_INET;
        raw.sin_port = htons(address.port());
        std::memcpy(&raw.sin_addr, octets.data(), octets.size());
        length = sizeof(raw);
        break;
    }
    case Address::Family::ipv6: {
        auto& raw = as<sockaddr_in6>(storage);
        raw.sin6_family = AF_INET6;
        raw.sin6_port = htons(address.port());
        raw.sin6_scope_id = address.scope();
        std::memcpy(&raw.sin6_addr, octets.data(), octets.size());
        length = sizeof(raw);
        break;
    }
    case Address::Family::unix_path:
    case Address::Family::unix_abstract: {
        auto& raw = as<sockaddr_un>(storage);
        const std::string_view path = address.path();
        const bool abstract = address.family() == Address::Family::unix_abstract;
        const std::size_t before = abstract ? 1 : 0; // its name begins with a zero byte
        const std::size_t after = abstract ? 0 : 1;  // a path ends with one
        assert(before + path.size() + after <= sizeof(raw.sun_path)); // Endpoint checked it
        raw.sun_family = AF_UNIX;
        std::memcpy(raw.sun_path + before, path.data(), path.size());
        length = static_cast<socklen_t>(path_offset + before + path.size() + after);
        break;
    }
    case Address::Family::vsock: {
        auto& raw = as<sockaddr_vm>(storage);
        raw.svm_family = AF_VSOCK;
        raw.svm_cid = address.cid();
        raw.svm_port = address.vsock_port();
        length = sizeof(raw);
        break;
    }
    case Address::Family::other: {
        const std::string_view raw = address.raw();
        std::memcpy(&storage, raw.data(), std::min(raw.size(), sizeof(storage)));
        length = static_cast<socklen_t>(raw.size());
        break;
    }
    case Address::Family::none: break;
    }
}

SocketAddress::SocketAddress(const Address& address, int family) : SocketAddress(address) {
    if (family == AF_INET6 && address.family() == Address::Family::ipv4) {
        auto& raw = as<sockaddr_in6>(storage);
        raw = {};
        raw.sin6_family = AF_INET6;
        raw.sin6_port = htons(address.port());
        raw.sin6_addr.s6_addr[10] = raw.sin6_addr.s6_addr[11] = 0xff;
        std::memcpy(&raw.sin6_addr.s6_addr[12], address.ip_octets().data(), 4);
        length = sizeof(raw);
    }
}

SocketAddress::SocketAddress(const sockaddr* address, socklen_t size) noexcept : length(size) {
    std::memcpy(&storage, address, std::min<std::size_t>(size, sizeof(storage)));
}

Address SocketAddress::address() const {
    switch (family()) {
    case AF_INET: {
        const auto& raw = reinterpret_cast<const sockaddr_in&>(storage);
        std::array<std::uint8_t, 4> octets{};
        std::memcpy(octets.data(), &raw.sin_addr, octets.size());
        return Address::ipv4(octets, ntohs(raw.sin_port));
    }
    case AF_INET6: {
        const auto& raw = reinterpret_cast<const sockaddr_in6&>(storage);
        std::array<std::uint8_t, 16> octets{};
        std::memcpy(octets.data(), &raw.sin6_addr, octets.size());
        return Address::ipv6(octets, ntohs(raw.sin6_port), raw.sin6_scope_id);
    }
    case AF_UNIX: return from_unix(*this);
    case AF_VSOCK: {
        const auto& raw = reinterpret_cast<const sockaddr_vm&>(storage);
        return Address::vsock(raw.svm_cid, raw.svm_port);
    }
    case AF_UNSPEC: return {};
    default: {
        const std::size_t size = std::min<std::size_t>(length, sizeof(storage));
        const auto* octets = reinterpret_cast<const char*>(&storage);
        return size < sizeof(sa_family_t) ? Address() : Address::from_raw({octets, size});
    }
    }
}

std::optional<Address> numeric_address(std::string_view ip, std::uint16_t port) {
    const std::size_t percent = ip.find('%');
    if (percent != std::string_view::npos) {
        const std::string interface(ip.substr(percent + 1));
        if (const unsigned index = if_nametoindex(interface.c_str()); index != 0) {
            return Address::from_ip(std::string(ip.substr(0, percent + 1)) + std::to_string(index),
                                    port);
        }
    }
    return Address::from_ip(ip, port);
}

Address local_address(int fd) noexcept {
    SocketAddress address;
    return getsockname(fd, address.get(), &address.length) == 0 ? address.address() : Address();
}

Address peer_address(int fd) noexcept {
    SocketAddress address;
    return getpeername(fd, address.get(), &address.length) == 0 ? address.address() : Address();
}

} // namespace hawser::detail
