// SPDX-License-Identifier: MIT
/// \file
/// MemoryPlace, where one listens or connects on a MemoryNetwork.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/endpoint.h>

#include <cstdint>
#include <optional>
#include <string>

namespace hawser::testing {

/// What an endpoint says of the place, without its options.
class MemoryPlace {
public:
    /// \p port stands for port 0. Null: a kind without connections.
    static std::optional<MemoryPlace> of(const Endpoint& endpoint, std::uint16_t port = 0);

    /// Both cannot be listened on.
    [[nodiscard]] bool clashes_with(const MemoryPlace& other) const;
    /// Who connects to this place finds who listens on \p listening.
    [[nodiscard]] bool leads_to(const MemoryPlace& listening) const;

    /// As Listener::address() gives it.
    [[nodiscard]] Address address() const;
    /// Of the listening end of a connection to this place.
    [[nodiscard]] Address address_at(const MemoryPlace& listening) const;
    /// Of the connecting end, which has \p port and, unless it is empty, IP address \p bind.
    [[nodiscard]] Address address_from(const std::string& bind, std::uint16_t port) const;

private:
    Endpoint::Kind kind_ = Endpoint::Kind::tcp;
    std::string host_; // empty: any, or this one
    std::string name_; // a port, a path, a number
    std::uint16_t port_ = 0;
    std::uint32_t vsock_port_ = 0;
};

} // namespace hawser::testing
