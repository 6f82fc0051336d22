// SPDX-License-Identifier: MIT
/// \file
/// Network, where connections come from: implemented by Reactor.
#pragma once

#include <hawser/core/datagram_protocol.h>
#include <hawser/core/deferred.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/error.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/listener.h>
#include <hawser/core/protocol_wrapper.h>

#include <memory>
#include <utility>

namespace hawser {

class EndpointKinds;

/// Code that listens or connects asks for a Network, not for a Reactor: it then runs in tests too.
/// All three throw EndpointError for an endpoint of a kind that is neither built in nor in kinds().
class HAWSER_API Network {
public:
    virtual ~Network();

    /// Accepts connections on \p endpoint for as long as the Listener is held, with a protocol
    /// of \p factory for each. Throws Error: `cannot listen on tcp:8000: address already in use`.
    [[nodiscard]] virtual Listener listen(const Endpoint& endpoint,
                                          std::shared_ptr<Factory> factory) = 0;

    /// Connects to \p endpoint and resolves after the protocol's connection_made(), with that
    /// protocol, or with what a kind of endpoint has wrapped it in: find_protocol() finds it. The
    /// pointer is valid until its connection_lost(). Dropping the Deferred before gives the attempt
    /// up. Fails with Error: the system's, Errc::timed_out after endpoint.timeout(), Errc::refused
    /// when the factory gives no protocol, Errc::callback_threw when connection_made() throws.
    /// Throws Errc::canceled while the network itself is stopping.
    [[nodiscard]] virtual Deferred<Protocol*> connect(const Endpoint& endpoint,
                                                      std::shared_ptr<Factory> factory) = 0;

    /// Receives the datagrams that come to \p endpoint for as long as the Listener is held, with
    /// \p protocol, whose start_protocol() is called before this returns: what that throws is
    /// passed on. Throws Error: `cannot bind udp:53: permission denied`. The default has no
    /// datagrams: std::errc::operation_not_supported.
    [[nodiscard]] virtual Listener bind(const Endpoint& endpoint,
                                        std::unique_ptr<DatagramProtocol> protocol);

    /// Where kinds of endpoint are added: see endpoint_kind.h. The default has no place for any:
    /// std::errc::operation_not_supported.
    [[nodiscard]] virtual EndpointKinds& kinds();

    /// connect() for a `P(args...)`, made from copies of \p args: gives it, not what wraps it.
    template <class P, class... Args>
    [[nodiscard]] Deferred<P*> connect(const Endpoint& endpoint, Args&&... args) {
        return connect(endpoint, factory_for<P>(std::forward<Args>(args)...))
            .then([endpoint](Protocol* protocol) {
                P* const found = find_protocol<P>(*protocol);
                if (found == nullptr) { // the kind of endpoint has connected something else
                    throw Error(Errc::wrong_kind, "cannot connect to " + to_string(endpoint));
                }
                return found;
            });
    }
};

} // namespace hawser
