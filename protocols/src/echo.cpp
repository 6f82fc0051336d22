// SPDX-License-Identifier: MIT
#include <hawser/protocols/echo.h>

#include <hawser/core/transport.h>

namespace hawser {

Echo::~Echo() = default;

void Echo::data_received(Bytes data) {
    transport().write(data);
}

} // namespace hawser
