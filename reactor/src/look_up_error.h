// SPDX-License-Identifier: MIT
/// \file
/// The errors of looking up a name, which libuv numbers itself.
#pragma once

#include <system_error>

namespace hawser::detail {

/// The category of uv_getaddrinfo(3)'s errors: "unknown node or service" and its like.
const std::error_category& look_up_category() noexcept;

} // namespace hawser::detail
