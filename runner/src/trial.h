// SPDX-License-Identifier: MIT
/// \file
/// try_service(), whether a service can be made; and the kinds of endpoint that plug-ins bring.
#pragma once

#include "service_spec.h"

#include <hawser/core/network.h>

#include <span>

namespace hawser::runner {

class Plugins;

/// Adds to \p network the kinds of endpoint that plug-ins bring, where one of \p services listens
/// on an endpoint that is not built in: else none is loaded, and this returns false. One that
/// cannot be loaded is logged. Once for each network.
bool add_kinds(Network& network, const Plugins& plugins, std::span<const ServiceSpec> services);

/// Has the plug-in make its service once, in a loop of its own, and looks at its endpoints; opens
/// and starts nothing. Throws what is wrong.
void try_service(const Plugins& plugins, const ServiceSpec& spec);

} // namespace hawser::runner
