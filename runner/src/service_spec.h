// SPDX-License-Identifier: MIT
/// \file
/// ServiceSpec, all that a configuration says of one service.
#pragma once

#include <hawser/core/endpoint.h>
#include <hawser/runner/option_values.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace hawser::runner {

/// What the operator allows the connections of one service.
struct ServicePolicies {
    std::size_t max_connections = 0; ///< at once; 0: no limit
    std::size_t max_per_peer = 0;    ///< of these, from one address; 0: no limit
    /// How long a peer may say nothing, or take nothing of what is queued for it; 0: for ever.
    std::chrono::milliseconds idle_timeout{0};

    friend bool operator==(const ServicePolicies&, const ServicePolicies&) = default;
};

/// A value: two that are equal run alike, so one that runs need not be started anew for the other.
struct ServiceSpec {
    std::string name{};   ///< what logs and figures call it
    std::string plugin{}; ///< whose it is
    std::vector<Endpoint> listen{};
    OptionValues options{}; ///< of the plug-in
    ServicePolicies policies{};

    friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

} // namespace hawser::runner
