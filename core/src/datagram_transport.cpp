// SPDX-License-Identifier: MIT
#include <hawser/core/datagram_transport.h>

#include <hawser/core/multicast.h>

namespace hawser {

DatagramTransport::~DatagramTransport() = default;
Multicast::~Multicast() = default;

} // namespace hawser
