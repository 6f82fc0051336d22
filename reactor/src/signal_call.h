// SPDX-License-Identifier: MIT
/// \file
/// SignalCall, the call that a signal makes.
#pragma once

#include "signal_disposition.h"
#include "trigger_call.h"
#include "uv_handle.h"

#include <uv.h>

#include <optional>

namespace hawser::detail {

class Loop;

class SignalCall final : public TriggerCall {
public:
    /// Throws Error naming the signal.
    static Trigger watch(Loop& loop, int number, UniqueFunction<void()> call);

    void end() noexcept; ///< The loop goes first.

private:
    explicit SignalCall(int number, UniqueFunction<void()> call);

    std::optional<SignalDisposition> disposition_; // put back when handle_ has let the signal go
    UvOwned<uv_signal_t> handle_;                  // null: the loop is gone
};

} // namespace hawser::detail
