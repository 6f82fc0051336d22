// SPDX-License-Identifier: MIT
/// \file
/// `haproxy:` taken apart, so that what is counted stands outside the header of a proxy.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/clock.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/protocol_wrapper.h>

#include <memory>

namespace hawser::runner {

/// What is listened on: that behind `haproxy:`, however often it stands there. Throws
/// EndpointError when that is none.
[[nodiscard]] Endpoint without_proxies(const Endpoint& endpoint);

/// The header has come: whose connection it is, is known here.
class ProxiedClient final : public ProtocolWrapper {
public:
    using ProtocolWrapper::ProtocolWrapper;

    [[nodiscard]] Address peer() const { return transport().peer(); }
};

/// A factory whose connections begin with a header for each `haproxy:` of \p endpoint, and are a
/// ProxiedClient's then; without any, \p factory itself.
[[nodiscard]] std::shared_ptr<Factory> behind_proxies(const Endpoint& endpoint, Clock& clock,
                                                      std::shared_ptr<Factory> factory);

} // namespace hawser::runner
