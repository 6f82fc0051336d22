// SPDX-License-Identifier: MIT
/// \file
/// From the host and port of an endpoint to a bound socket.
#pragma once

#include "descriptor.h"

#include <hawser/core/endpoint.h>

#include <string_view>

namespace hawser::detail {

/// A non-blocking socket of \p type, with the endpoint's options. Without a host it takes IPv4 and
/// IPv6, or IPv4 alone where there is no IPv6. \p prepare sets what all sockets of a kind have.
/// Throws Error with \p subject.
Descriptor bound_ip(const Endpoint& endpoint, int type, std::string_view subject,
                    void (*prepare)(int fd));

} // namespace hawser::detail
