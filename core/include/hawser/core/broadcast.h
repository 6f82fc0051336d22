// SPDX-License-Identifier: MIT
/// \file
/// broadcast, the cheap way to tell a room: one payload, referenced by every member's queue.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/connection_ref.h>
#include <hawser/core/transport.h>

namespace hawser {

/// Writes \p payload to every member of \p members: a range of ConnectionRef, Transport& (as
/// std::reference_wrapper) or Transport*, none null. Like every write it calls nobody back, so
/// the range cannot change meanwhile.
template <class Members>
void broadcast(const SharedBytes& payload, const Members& members) {
    for (const auto& member : members) {
        if constexpr (requires { member->write(payload); }) {
            member->write(payload);
        } else if constexpr (requires { member.get().write(payload); }) {
            member.get().write(payload);
        } else {
            member.write(payload);
        }
    }
}

} // namespace hawser
