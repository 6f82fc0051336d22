// SPDX-License-Identifier: MIT
/// \file
/// From a string to the parts of an Endpoint.
#pragma once

#include "endpoint_keys.h"

#include <string_view>

namespace hawser {

/// Throws EndpointError.
EndpointParts read_endpoint(std::string_view text);

} // namespace hawser
