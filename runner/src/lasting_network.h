// SPDX-License-Identifier: MIT
/// \file
/// LastingNetwork, a network whose listening sockets are handed on at a reload.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/network.h>

#include <cstdint>
#include <list>
#include <memory>
#include <vector>

namespace hawser::runner {

/// Whether who listens there listens at the same address each time, so that it can be handed on;
/// not so `tcp:0`.
[[nodiscard]] bool has_fixed_address(const Endpoint& endpoint);

/// Another network, with one difference: who listens where somebody does since before the last
/// begin_reload() shares the socket, and the newest is given what comes. When the newest goes, the
/// one before is given it again, so a reload that fails changes nothing; when the one before goes,
/// nobody notices. The socket is closed with the last of them. So no address is ever unbound in
/// between, and nothing that waits to be accepted is lost.
///
/// It is the same endpoint that is handed on, with the same options. `tcp:0` is a new port each
/// time.
class LastingNetwork final : public Network {
public:
    /// \p clock is that of the loop of \p network: a factory is told of its end from there.
    LastingNetwork(Clock& clock, Network& network) noexcept;
    ~LastingNetwork() override; ///< Stops all listening.

    void begin_reload() noexcept { ++round_; }

    /// Throws what the network throws: std::errc::address_in_use when somebody listens there who
    /// began after the last begin_reload().
    [[nodiscard]] Listener listen(const Endpoint& endpoint,
                                  std::shared_ptr<Factory> factory) override;
    [[nodiscard]] Deferred<Protocol*> connect(const Endpoint& endpoint,
                                              std::shared_ptr<Factory> factory) override;
    [[nodiscard]] Listener bind(const Endpoint& endpoint,
                                std::unique_ptr<DatagramProtocol> protocol) override;
    [[nodiscard]] EndpointKinds& kinds() override;

private:
    class Handle;
    class Tenants;

    struct Place {
        Endpoint endpoint;
        std::shared_ptr<Tenants> tenants; // shared with the listener, and its connections
        Listener listener;
    };

    [[nodiscard]] Place* place_to_share(const Endpoint& endpoint) noexcept;
    [[nodiscard]] bool listening(const Tenants& tenants) const noexcept;
    void left(Tenants& tenants, std::shared_ptr<Factory> factory) noexcept;
    void tell_ended() noexcept;

    Clock& clock_;
    Network& network_;
    std::uint64_t round_ = 0;
    std::list<Place> places_;
    std::vector<std::shared_ptr<Factory>> ended_; // not told yet; shared with their connections
    Timer tell_;                                  // while there are any
};

} // namespace hawser::runner
