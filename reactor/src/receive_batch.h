// SPDX-License-Identifier: MIT
/// \file
/// ReceiveBatch, what the datagram sockets of a loop are read into, one socket at a time.
#pragma once

#include "socket_address.h"

#include <hawser/core/bytes.h>

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>

namespace hawser::detail {

/// Room for many short datagrams or few long ones; the pages of what never came are never touched.
class ReceiveBatch {
public:
    ReceiveBatch();

    /// Reads what is there, with recvmmsg(2): up to room() datagrams of up to \p limit bytes. How
    /// many, or -1 and errno. \p family is the socket's: of a sender without a name.
    int receive(int fd, std::size_t limit, int family) noexcept;

    /// How many datagrams the last receive() had room for.
    [[nodiscard]] std::size_t room() const noexcept { return room_; }

    [[nodiscard]] Bytes data(std::size_t index) const noexcept;
    [[nodiscard]] bool truncated(std::size_t index) const noexcept;
    [[nodiscard]] const SocketAddress& from(std::size_t index) const noexcept {
        return from_[index];
    }
    [[nodiscard]] bool contains(Bytes data) const noexcept;

private:
    static constexpr std::size_t most = 64; // datagrams
    // A slot begins one cache line further into its page than the one before: lines at the same
    // place in their pages push each other out of the cache.
    static constexpr std::size_t line = 64;
    static constexpr std::size_t slab_size = most * (64 * 1024 + line);

    void lay_out(std::size_t limit) noexcept;

    std::unique_ptr<char[]> slab_;
    std::array<mmsghdr, most> headers_{};
    std::array<iovec, most> pieces_{};
    std::array<SocketAddress, most> from_;
    std::size_t limit_ = 0; // what the pieces are laid out for
    std::size_t room_ = 0;
    std::size_t used_ = 0; // headers that the kernel has written to
};

} // namespace hawser::detail
