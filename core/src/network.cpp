// SPDX-License-Identifier: MIT
#include <hawser/core/network.h>

namespace hawser {

Network::~Network() = default;

} // namespace hawser
