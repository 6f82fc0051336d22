// SPDX-License-Identifier: MIT
/// \file
/// try_service(), whether a service can be made; and the kinds of endpoint that plug-ins bring.
#pragma once

#include "service_spec.h"

#include <hawser/core/network.h>

namespace hawser::runner {

class Plugins;

/// Has the plug-ins that bring kinds of endpoint add them to \p network when it is given one that
/// it does not know: until then none of them is loaded. One that cannot be is logged. \p plugins
/// outlives the network.
void bring_kinds(Network& network, const Plugins& plugins);

/// Has the plug-in make its service once, in a loop of its own, and looks at its endpoints; opens
/// and starts nothing. Throws what is wrong.
void try_service(const Plugins& plugins, const ServiceSpec& spec);

} // namespace hawser::runner
