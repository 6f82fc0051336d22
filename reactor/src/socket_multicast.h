// SPDX-License-Identifier: MIT
/// \file
/// SocketMulticast, the groups of a UDP socket.
#pragma once

#include <hawser/core/multicast.h>

namespace hawser::detail {

class DatagramSocket;

/// Does nothing once \p socket is closed.
class SocketMulticast final : public Multicast {
public:
    explicit SocketMulticast(DatagramSocket& socket) noexcept : socket_(socket) {}

    void join_group(const Address& group, std::string_view interface) override;
    void leave_group(const Address& group, std::string_view interface) override;
    void join_source_group(const Address& group, const Address& source,
                           std::string_view interface) override;
    void leave_source_group(const Address& group, const Address& source,
                            std::string_view interface) override;
    void set_loopback(bool heard) override;
    void set_interface(std::string_view interface) override;
    void set_ttl(int hops) override;

private:
    void change(int option, std::string_view verb, const Address& group,
                std::string_view interface) const;
    void change(int option, std::string_view verb, const Address& group, const Address& source,
                std::string_view interface) const;

    DatagramSocket& socket_;
};

} // namespace hawser::detail
