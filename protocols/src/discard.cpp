// SPDX-License-Identifier: MIT
#include <hawser/protocols/discard.h>

namespace hawser {

Discard::~Discard() = default;

void Discard::data_received(Bytes) {}

} // namespace hawser
