// SPDX-License-Identifier: MIT
/// \file
/// EndpointKind, what a program or a plug-in adds to the kinds of endpoint there are.
#pragma once

#include <hawser/core/datagram_protocol.h>
#include <hawser/core/deferred.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/listener.h>
#include <hawser/core/unique_function.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hawser {

class EndpointKinds;
class Network;

/// What one kind of endpoint means. Each function does what that of Network does for an endpoint
/// of this kind, which has passed check(); as a rule it gives its work to another endpoint of the
/// same network. Around what the factory builds it may put a ProtocolWrapper, and no other
/// protocol. Those that are not overridden say that the kind is not for that, with
/// Errc::wrong_kind.
class HAWSER_API EndpointKind {
public:
    EndpointKind();
    EndpointKind(const EndpointKind&) = delete;
    EndpointKind& operator=(const EndpointKind&) = delete;
    virtual ~EndpointKind();

    /// Throws EndpointError when Endpoint::rest() is not as it should be; opens nothing. A kind
    /// that wraps another has \p kinds check what it wraps, see EndpointKinds::check_inner(). The
    /// default takes any text.
    virtual void check(const EndpointKinds& kinds, const Endpoint& endpoint) const;

    [[nodiscard]] virtual Listener listen(Network& network, const Endpoint& endpoint,
                                          std::shared_ptr<Factory> factory);
    [[nodiscard]] virtual Deferred<Protocol*> connect(Network& network, const Endpoint& endpoint,
                                                      std::shared_ptr<Factory> factory);
    [[nodiscard]] virtual Listener bind(Network& network, const Endpoint& endpoint,
                                        std::unique_ptr<DatagramProtocol> protocol);
};

/// The kinds that a Network knows beside those of Endpoint::Kind: see Network::kinds().
class HAWSER_API EndpointKinds {
public:
    EndpointKinds();
    EndpointKinds(const EndpointKinds&) = delete;
    EndpointKinds& operator=(const EndpointKinds&) = delete;
    ~EndpointKinds();

    /// Endpoints `name:...` are \p kind's from now on. Throws std::errc::invalid_argument when
    /// there is a kind of that name, or could be none: `[a-z][a-z0-9+.-]*`.
    void add(std::string_view name, std::unique_ptr<EndpointKind> kind);

    /// Has \p call add() what else there is, before a kind that is not here is an error: once, and
    /// only if that happens. A later call takes the place of the one before.
    void when_missing(UniqueFunction<void()> call);

    /// Throws EndpointError when \p endpoint is of a kind that is not here, or that does not take
    /// its text. Opens nothing.
    void check(const Endpoint& endpoint) const;
    /// The same of endpoint.inner(), with the column in the whole.
    void check_inner(const Endpoint& endpoint) const;

    /// For networks: checks \p endpoint and gives its kind. Precondition: Kind::registered.
    [[nodiscard]] EndpointKind& of(const Endpoint& endpoint) const;

private:
    using Kinds = std::map<std::string, std::unique_ptr<EndpointKind>, std::less<>>;

    [[nodiscard]] Kinds::const_iterator find(std::string_view name) const;

    Kinds kinds_;
    mutable UniqueFunction<void()> missing_; // empty: none, or it was called
};

} // namespace hawser
