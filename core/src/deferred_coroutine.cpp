// SPDX-License-Identifier: MIT
#include <hawser/core/deferred.h>

namespace hawser::detail {

bool Awaiting::await_suspend(std::coroutine_handle<> frame) {
    if (coroutine_.take_cancel_request() && !awaited_->settled()) {
        DeferredState::cancel(awaited_);
    }
    if (!coroutine_.wanted()) { // dropped from inside: ends here, and this with it
        DeferredState::drop(std::move(awaited_));
        frame.destroy();
        return true;
    }
    if (awaited_->settled()) {
        return false;
    }
    frame_ = frame;
    coroutine_.upstream = std::move(awaited_);
    coroutine_.upstream->wait_with(*this);
    return true;
}

AnyState Awaiting::run(AnyState source) {
    AnyState self(&coroutine_); // the frame, and this, may be gone when the body stops
    self->upstream = AnyState();
    awaited_ = std::move(source);
    frame_.resume();
    return self;
}

} // namespace hawser::detail
