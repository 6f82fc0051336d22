// SPDX-License-Identifier: MIT
#include <hawser/core/sleep.h>

#include <memory>
#include <utility>

namespace hawser {

Deferred<> sleep(Clock& clock, std::chrono::nanoseconds delay) {
    // Owned by the scheduled call, which the Deferred in turn cancels: whichever goes first takes
    // the other with it.
    auto promise = std::make_shared<Promise<>>();
    Deferred<> result = promise->deferred();
    Timer timer = clock.call_later(delay, [promise] { promise->resolve(); });
    promise->on_cancel([timer = std::move(timer)] {}); // called once, then destroyed
    return result;
}

} // namespace hawser
