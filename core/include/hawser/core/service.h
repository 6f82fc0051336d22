// SPDX-License-Identifier: MIT
/// \file
/// Service, something that is started and stopped as a whole.
#pragma once

#include <hawser/core/deferred.h>
#include <hawser/core/export.h>

namespace hawser {

/// A part of a program that runs from its start() to its stop(): a server, a client that stays
/// connected, a timer. A program of several is a ServiceGroup.
class HAWSER_API Service {
public:
    Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    /// Destroying a service that runs ends it at once.
    virtual ~Service();

    /// The part of starting that may need privileges, which the program drops before start():
    /// listening on a port below 1024. The default does nothing. Throws when it cannot be done,
    /// and nothing has changed then.
    virtual void privileged_start();

    /// Begins. Does what privileged_start() does too, if that was not called. Throws when it
    /// cannot; the service is then stopped.
    virtual void start() = 0;

    /// Ends in good order; resolves when that is done. May be called in any state, and a service
    /// that has stopped may be started again. Dropping the Deferred does not bring it back.
    [[nodiscard]] virtual Deferred<> stop() = 0;
};

} // namespace hawser
