// SPDX-License-Identifier: MIT
/// \file
/// MemoryNetwork, a Network without sockets: client and server in one test.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/export.h>
#include <hawser/core/limits.h>
#include <hawser/core/network.h>
#include <hawser/testing/manual_clock.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hawser::testing {

/// Stands for a whole network, and for the loops of all who are on it. Nothing moves by itself:
/// pump() turns the loop, advance() moves time. Connections follow the rules of the real ones,
/// because they share their code; between two ends 64 KiB are on their way, so a peer that does
/// not read is felt.
///
/// Endpoints are names: who listens on `tcp:8000` is found by `tcp:8000`, and on every host, as
/// `tcp:example.org:8000`; who listens on `tcp:192.0.2.1:8000` only there. `unix:`, `vsock:` and
/// the others likewise. It carries no datagrams and no descriptors.
///
/// The destructor does what that of a Reactor does: connections are told Errc::aborted, attempts
/// to connect fail with Errc::canceled.
class HAWSER_API MemoryNetwork final : public Network {
public:
    explicit MemoryNetwork(TransportLimits limits = {});
    MemoryNetwork(const MemoryNetwork&) = delete;
    MemoryNetwork& operator=(const MemoryNetwork&) = delete;
    ~MemoryNetwork() override;

    /// Throws std::errc::address_in_use where somebody listens already. `tcp:0` is given a port.
    [[nodiscard]] Listener listen(const Endpoint& endpoint,
                                  std::shared_ptr<Factory> factory) override;
    using Network::connect;
    /// Begins with the next pump(). Where nobody listens it fails with
    /// std::errc::connection_refused.
    [[nodiscard]] Deferred<Protocol*> connect(const Endpoint& endpoint,
                                              std::shared_ptr<Factory> factory) override;

    /// Has `haproxy:`, as a Reactor does.
    [[nodiscard]] EndpointKinds& kinds() noexcept override;

    /// Turns the loop until nothing is left to do at this time: calls that are due are made,
    /// connections come about, all that was written arrives. From inside a callback it does
    /// nothing: the loop goes on after it. Throws std::logic_error when it does not come to rest.
    void pump();
    /// Moves time on by \p duration, and pumps whenever a call is due on the way. From inside a
    /// callback it makes the calls that are due, there and then, and does not pump.
    void advance(std::chrono::nanoseconds duration);
    /// The time of all connections and of the test: one for all.
    [[nodiscard]] Clock& clock() noexcept;

    /// From now on connecting to the place of \p endpoint gets no answer, and so ends with
    /// Errc::timed_out; or does again.
    void set_silent(const Endpoint& endpoint, bool silent = true);

    /// The endpoints that connect() was asked for, in order.
    [[nodiscard]] const std::vector<std::string>& asked() const noexcept;

    /// What a test should have ended and has not, a line each: listeners, attempts to connect, the
    /// ends of connections, timers. `CHECK(network.leftovers() == "")` shows them all.
    [[nodiscard]] std::string leftovers() const;

private:
    class World;
    std::unique_ptr<World> world_;
};

} // namespace hawser::testing
