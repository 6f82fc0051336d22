// SPDX-License-Identifier: MIT
#include "watchdog.h"

#include <algorithm>
#include <chrono>

namespace hawser::runner {

Watchdog::Watchdog(Clock& clock, const ServiceManager& manager)
    : calls_(clock, [&manager] { manager.alive(); }) {
    if (manager.watchdog() > std::chrono::microseconds(0)) {
        // A call each turn of the loop would be what an interval below a millisecond asks for.
        calls_.start(std::max<std::chrono::nanoseconds>(manager.watchdog() / 2,
                                                        std::chrono::milliseconds(1)));
    }
}

Watchdog::~Watchdog() = default;

} // namespace hawser::runner
