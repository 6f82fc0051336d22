// SPDX-License-Identifier: MIT
/// \file
/// The reference for datagrams, as one writes it well by hand.
#pragma once

#include "../where.h"

namespace bench {

/// Sends every datagram back: level-triggered epoll, recvmmsg, and sendmmsg from the same buffers
/// to the same addresses.
[[noreturn]] void run_udp_echo(const Where& where);

} // namespace bench
