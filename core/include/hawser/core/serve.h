// SPDX-License-Identifier: MIT
/// \file
/// serve(), a factory whose connections are each served by a function that reads in steps.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>
#include <hawser/core/factory.h>
#include <hawser/core/stream.h>
#include <hawser/core/unique_function.h>

#include <memory>
#include <utility>

namespace hawser {

namespace detail {
HAWSER_API std::shared_ptr<Factory> serve(UniqueFunction<Deferred<>(Stream)> handler);
}

/// Calls \p handler, most often a coroutine, with the Stream of each connection. The session it
/// begins goes on until its Deferred has a result, also when the connection ends first; one that
/// fails aborts its connection alone, with a report unless it failed as the connection did.
///
/// The factory owns its sessions: with its last listener and its last connection gone, those that
/// still run are canceled.
template <class Handler>
[[nodiscard]] std::shared_ptr<Factory> serve(Handler handler) {
    return detail::serve(UniqueFunction<Deferred<>(Stream)>(std::move(handler)));
}

} // namespace hawser
