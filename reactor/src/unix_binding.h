// SPDX-License-Identifier: MIT
/// \file
/// Unix sockets and their names.
#pragma once

#include "descriptor.h"
#include "unix_socket_file.h"

#include <hawser/core/endpoint.h>

#include <string>

namespace hawser::detail {

/// A socket of \p type (SOCK_STREAM, SOCK_DGRAM) with the options of \p endpoint, bound to its path
/// or abstract name if it has one. A socket file that nobody uses any more is replaced; \p file is
/// set, with the endpoint's mode. Throws Error with \p subject.
Descriptor bound_unix(const Endpoint& endpoint, int type, const std::string& subject,
                      UnixSocketFile& file);

} // namespace hawser::detail
