// SPDX-License-Identifier: MIT
/// \file
/// SystemEvent, the steps of a reactor's start and stop, and how to take part in them.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/unique_function.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/trigger.h>

#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser {

/// In the order in which they happen, at each start and stop. Whoever stops first and needs the
/// rest to be there still, connections included, does so before_shutdown.
enum class SystemEvent {
    before_startup,  ///< running() is false
    during_startup,  ///< it is true from here on
    after_startup,   ///< then the calls of when_running()
    before_shutdown, ///< all is as it was; what these calls return is waited for
    during_shutdown, ///< running() is false; then listeners and connections close
    after_shutdown,  ///< they are closed, and run() returns
};

/// "before_startup", ...
HAWSER_API std::string_view to_string(SystemEvent event) noexcept;

/// Makes \p call at each \p event, for as long as the Trigger is held; in the order in which they
/// were added, from the loop (at startup from start_running()). An exception is reported, and the
/// others are called all the same.
///
/// A call may return a Deferred<>. Those of before_shutdown are waited for, all together, for up
/// to ReactorOptions::drain_timeout or until a second signal: what is not done then is dropped
/// and reported. Those of the other events are let go on; a failure is reported.
template <class Call>
[[nodiscard]] Trigger add_system_event_trigger(Reactor& reactor, SystemEvent event, Call call);

namespace detail {
HAWSER_API Trigger add_trigger(Reactor& reactor, SystemEvent event,
                               UniqueFunction<Deferred<>()> call);
} // namespace detail

template <class Call>
Trigger add_system_event_trigger(Reactor& reactor, SystemEvent event, Call call) {
    if constexpr (std::is_same_v<std::invoke_result_t<Call&>, Deferred<>>) {
        return detail::add_trigger(reactor, event, std::move(call));
    } else {
        static_assert(std::is_void_v<std::invoke_result_t<Call&>>, "nothing, or a Deferred<>");
        return detail::add_trigger(reactor, event, [call = std::move(call)]() mutable {
            call();
            return Deferred<>::succeed();
        });
    }
}

} // namespace hawser
