// SPDX-License-Identifier: MIT
/// \file
/// SocketAddress, an Address as the kernel writes it.
#pragma once

#include <hawser/core/address.h>

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace hawser::detail {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);

    SocketAddress() noexcept = default; ///< Room for the kernel to fill.
    explicit SocketAddress(const Address& address);
    /// For a socket of \p family: IPv4 as an IPv6 socket writes it.
    SocketAddress(const Address& address, int family);
    SocketAddress(const sockaddr* address, socklen_t size) noexcept;

    sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] const sockaddr* get() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] int family() const noexcept { return storage.ss_family; }
    [[nodiscard]] Address address() const;
};

/// Address::from_ip(), and an interface by its name too: `fe80::1%eth0`. Null also when there is
/// no such interface.
std::optional<Address> numeric_address(std::string_view ip, std::uint16_t port);

/// getsockname(2) and getpeername(2); Family::none when the socket does not say.
Address local_address(int fd) noexcept;
Address peer_address(int fd) noexcept;

} // namespace hawser::detail
