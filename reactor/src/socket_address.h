// SPDX-License-Identifier: MIT
/// \file
/// SocketAddress, an Address as the kernel writes it.
#pragma once

#include <hawser/core/address.h>

#include <sys/socket.h>

namespace hawser::detail {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_storage);

    SocketAddress() noexcept = default; ///< Room for the kernel to fill.
    explicit SocketAddress(const Address& address);
    SocketAddress(const sockaddr* address, socklen_t size) noexcept;

    sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] const sockaddr* get() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] int family() const noexcept { return storage.ss_family; }
    [[nodiscard]] Address address() const;
};

/// getsockname(2) and getpeername(2); Family::none when the socket does not say.
Address local_address(int fd) noexcept;
Address peer_address(int fd) noexcept;

} // namespace hawser::detail
