// SPDX-License-Identifier: MIT
#include "trigger_call.h"

#include "loop.h"

#include <utility>

namespace hawser::detail {

Deferred<> TriggerCall::fire(std::string_view what, bool& gone) noexcept {
    // From a place of its own: it may drop its Trigger, and this with it.
    UniqueFunction<Deferred<>()> call = std::move(call_);
    gone = false;
    gone_ = &gone;
    Deferred<> done = Deferred<>::succeed();
    guarded(what, [&] { done = call(); });
    if (!gone) {
        gone_ = nullptr;
        call_ = std::move(call);
    }
    return done;
}

void TriggerCall::keep(Deferred<> done, Loop& loop) {
    under_way_ = true;
    Deferred<> kept = std::move(done).then([this, &loop] {
        under_way_ = false;
        loop.armed();
    });
    if (under_way_) {
        kept_ = std::move(kept);
    }
}

Deferred<> TriggerCall::let_go() noexcept {
    under_way_ = false;
    return std::move(kept_);
}

} // namespace hawser::detail
