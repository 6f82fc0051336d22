// SPDX-License-Identifier: MIT
/// \file
/// Watchdog, which has the service manager notice a loop that is stuck.
#pragma once

#include "service_manager.h"

#include <hawser/core/clock.h>
#include <hawser/core/looping_call.h>

namespace hawser::runner {

/// Tells \p manager that we are alive, from the loop of \p clock, now and in half the time that it
/// waits. When it waits for nothing, does nothing.
class Watchdog {
public:
    Watchdog(Clock& clock, const ServiceManager& manager);
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;
    ~Watchdog(); ///< No more: the manager will soon miss us, unless it was told stopping().

private:
    LoopingCall calls_;
};

} // namespace hawser::runner
