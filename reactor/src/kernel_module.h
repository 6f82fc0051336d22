// SPDX-License-Identifier: MIT
/// \file
/// The families that a kernel has as modules, if at all: vsock and TIPC.
#pragma once

#include "descriptor.h"

#include <hawser/core/address.h>
#include <hawser/core/endpoint.h>

#include <string>
#include <string_view>
#include <system_error>

namespace hawser::detail {

/// Where a `vsock:` or `tipc:` endpoint is. \p any_cid stands for Endpoint::any_cid.
Address module_address(const Endpoint& endpoint, std::uint32_t any_cid = Endpoint::any_cid);

/// \p subject, and which module to load when \p error means that the kernel lacks it.
std::string with_module(std::string_view subject, const Endpoint& endpoint, std::error_code error);

/// A bound, non-blocking stream socket. Throws Error with \p subject.
Descriptor bound_to_module(const Endpoint& endpoint, std::string_view subject);

} // namespace hawser::detail
