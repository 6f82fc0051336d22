// SPDX-License-Identifier: MIT
/// \file
/// Reports of exceptions that left a user's callback.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/export.h>

#include <typeinfo>

namespace hawser::detail {

/// Logs the exception being handled: of an object of which class, which callback, which peer.
HAWSER_API void report_callback(const std::type_info& type, const char* callback,
                                const Address& peer) noexcept;

} // namespace hawser::detail
