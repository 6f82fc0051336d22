// SPDX-License-Identifier: MIT
/// \file
/// From an Endpoint to a listening socket.
#pragma once

#include "descriptor.h"
#include "unix_socket_file.h"

#include <hawser/core/endpoint.h>

namespace hawser::detail {

class ActivatedSockets;

/// A bound, listening, non-blocking socket; \p file is set for a Unix path. Throws Error naming
/// the endpoint.
Descriptor listening_socket(const Endpoint& endpoint, ActivatedSockets& activated,
                            UnixSocketFile& file);

} // namespace hawser::detail
