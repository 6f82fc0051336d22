// SPDX-License-Identifier: MIT
/// \file
/// guarded(), for calls of a user's code that come from a timer, not from a transport.
#pragma once

#include <hawser/core/detail/report.h>
#include <hawser/core/error.h>
#include <hawser/core/transport.h>

#include <typeinfo>

namespace hawser {

/// Makes \p call, of an object of the class \p type. What it throws is reported and ends the
/// connection of \p transport alone, as it does when a transport calls.
template <class Call>
void guarded(Transport& transport, const std::type_info& type, const char* name,
             Call call) noexcept {
    try {
        call();
    } catch (...) {
        transport.abort_connection(Errc::callback_threw);
        detail::report_callback(type, name, transport.peer());
    }
}

} // namespace hawser
