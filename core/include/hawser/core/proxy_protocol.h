// SPDX-License-Identifier: MIT
/// \file
/// behind_proxy(), for servers whose connections come from a proxy that tells whose they are.
#pragma once

#include <hawser/core/clock.h>
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>

#include <chrono>
#include <memory>
#include <string_view>

namespace hawser {

/// How long a connection may take to bring its header.
inline constexpr std::chrono::seconds proxy_header_timeout{10};

/// A factory for connections that begin with a ProxyHeader. \p factory builds the protocol when
/// the header is there, for the client's address; its transport's peer() and host() are those of
/// the header. What is no header ends the connection with Errc::protocol_error, and one that is
/// not whole after \p timeout with Errc::timed_out: nothing is built then.
///
/// Whoever can connect can claim to be anybody: let only the proxy.
[[nodiscard]] HAWSER_API std::shared_ptr<Factory>
behind_proxy(std::shared_ptr<Factory> factory, Clock& clock,
             std::chrono::milliseconds timeout = proxy_header_timeout);

/// `haproxy:tcp:8000`: listens on what is behind the colon, with behind_proxy(). Every Reactor has
/// it.
class HAWSER_API ProxyProtocolKind final : public EndpointKind {
public:
    static constexpr std::string_view name = "haproxy";

    explicit ProxyProtocolKind(Clock& clock) noexcept;
    ~ProxyProtocolKind() override;

    void check(const EndpointKinds& kinds, const Endpoint& endpoint) const override;
    [[nodiscard]] Listener listen(Network& network, const Endpoint& endpoint,
                                  std::shared_ptr<Factory> factory) override;

private:
    Clock& clock_;
};

} // namespace hawser
