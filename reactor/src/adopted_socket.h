// SPDX-License-Identifier: MIT
/// \file
/// From `fd:3` to a socket of ours.
#pragma once

#include "descriptor.h"

#include <hawser/core/endpoint.h>

#include <string_view>

namespace hawser::detail {

enum class AdoptedSocket : unsigned char { listening, connected, datagram };

/// Takes the descriptor over, with the endpoint's options: its number is closed, so a second
/// adoption says "bad file descriptor". Throws Error with \p subject, and leaves the descriptor
/// open, when it is not such a socket.
Descriptor adopted_socket(const Endpoint& endpoint, AdoptedSocket as, std::string_view subject);

/// A second descriptor for \p fd, non-blocking and with \p options, which both then are. Throws
/// Error with \p subject when it is not such a socket.
Descriptor adopted_duplicate(int fd, const SocketOptions& options, AdoptedSocket as,
                             std::string_view subject);

} // namespace hawser::detail
