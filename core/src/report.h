// SPDX-License-Identifier: MIT
/// \file
/// Reports of exceptions that left a user's callback.
#pragma once

#include <hawser/core/address.h>
#include <hawser/core/protocol.h>

namespace hawser {

/// Logs the exception being handled: which class, which callback, which peer.
void report_callback(const Protocol& protocol, const char* callback, const Address& peer) noexcept;

} // namespace hawser
