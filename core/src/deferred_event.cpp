// SPDX-License-Identifier: MIT
#include <hawser/core/deferred_event.h>

#include <utility>

namespace hawser {

DeferredEvent::~DeferredEvent() {
    waiting_.abandon("waiting for an event");
}

void DeferredEvent::set() {
    set_ = true;
    detail::WaitingList<void> now(std::move(waiting_)); // this may be gone before all are told
    while (!now.empty()) {
        now.pop().promise.resolve();
    }
}

Deferred<> DeferredEvent::wait() {
    return set_ ? Deferred<>::succeed() : waiting_.add();
}

} // namespace hawser
