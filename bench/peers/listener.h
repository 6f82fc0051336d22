// SPDX-License-Identifier: MIT
/// \file
/// Opening the listening socket of a hand-written server.
#pragma once

#include "../where.h"

namespace bench {

/// A nonblocking listening socket, TCP_NODELAY set for what it accepts. Takes a stale Unix
/// socket out of the way. Throws "cannot listen on 127.0.0.1:8000: address already in use".
[[nodiscard]] int open_listener(const Where& where);

} // namespace bench
