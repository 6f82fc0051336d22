// SPDX-License-Identifier: MIT
/// \file
/// From an Endpoint to a datagram socket.
#pragma once

#include "descriptor.h"
#include "unix_socket_file.h"

#include <hawser/core/endpoint.h>

namespace hawser::detail {

class ActivatedSockets;

/// A bound, non-blocking datagram socket, or the one that `fd:` or `systemd:` names; \p file is set
/// for a Unix path. Throws Error naming the endpoint.
Descriptor bound_socket(const Endpoint& endpoint, ActivatedSockets& activated,
                        UnixSocketFile& file);

} // namespace hawser::detail
