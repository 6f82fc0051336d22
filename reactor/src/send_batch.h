// SPDX-License-Identifier: MIT
/// \file
/// SendBatch, the datagrams of one socket that leave together.
#pragma once

#include "socket_address.h"

#include <hawser/core/bytes.h>

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace hawser::detail {

/// Filled with add() and lend(), sent as messages(), emptied. Of a fixed size: the datagrams of a
/// socket cannot pile up in it.
class SendBatch {
public:
    SendBatch();

    /// There is room for one more datagram, of \p copied bytes that add() is to copy.
    [[nodiscard]] bool has_room(std::size_t copied) const noexcept {
        return count_ < most && copied <= copies_size - copied_;
    }
    /// Longer ones can only be lent.
    static constexpr std::size_t copies_size = 64 * 1024;

    /// Both name the destination \p to; null: the socket has one. Precondition: has_room().
    void add(Bytes data, const SocketAddress* to) noexcept;
    /// \p data stays where it is until the batch is sent.
    void lend(Bytes data, const SocketAddress* to) noexcept;
    /// \p to stays where it is too.
    void lend_all(Bytes data, const SocketAddress& to) noexcept;

    [[nodiscard]] std::span<mmsghdr> messages() noexcept { return {headers_.data(), count_}; }
    /// Whom messages()[\p index] goes to; none when the socket has a destination.
    [[nodiscard]] Address to(std::size_t index) const;
    void clear() noexcept { count_ = copied_ = 0; }

private:
    static constexpr std::size_t most = 64;

    std::array<mmsghdr, most> headers_{};
    std::array<iovec, most> pieces_{};
    std::array<SocketAddress, most> to_;
    std::unique_ptr<char[]> copies_;
    std::size_t count_ = 0;
    std::size_t copied_ = 0;
};

} // namespace hawser::detail
