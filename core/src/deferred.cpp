// SPDX-License-Identifier: MIT
#include <hawser/core/detail/deferred_state.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>

namespace hawser::detail {

Continuation::~Continuation() = default;

DeferredState::~DeferredState() {
    // A detached chain, or one whose drop came first, has nothing left here; what has a failure
    // still was held by nobody who could handle it.
    if (phase_ == Phase::settled && error_) {
        log(LogLevel::error, "deferred", "unhandled failure: " + message_of(error_));
    }
}

void DeferredState::attach(AnyState source, std::unique_ptr<Continuation> next) {
    source->continuation_ = std::move(next);
    run(std::move(source));
}

bool DeferredState::store_error(std::exception_ptr error) noexcept {
    if (phase_ != Phase::pending) {
        return false;
    }
    error_ = std::move(error);
    phase_ = Phase::settled;
    return true;
}

void DeferredState::run(AnyState state) {
    while (state && state->settled()) {
        state->on_cancel = nullptr; // the result is there: nothing to stop any more
        const std::unique_ptr<Continuation> next = std::move(state->continuation_);
        if (!next) {
            return; // waits for its consumer
        }
        state = next->run(std::move(state));
    }
}

void DeferredState::drop(AnyState state) noexcept {
    // Up the chain in a loop: a long one would take the stack that its way down does not.
    while (state) {
        if (state->phase_ != Phase::pending) {
            return; // the destructor reports a failure
        }
        state->phase_ = Phase::unwanted;
        const AnyState upstream = std::move(state->upstream);
        UniqueFunction<void()> stop = std::move(state->on_cancel);
        state->continuation_.reset();
        if (stop) {
            try {
                stop();
            } catch (...) {
                log(LogLevel::error, "deferred",
                    "canceling failed: " + message_of(std::current_exception()));
            }
        }
        state = upstream;
    }
}

void DeferredState::cancel(AnyState state) {
    while (state->upstream) {
        state = state->upstream;
    }
    if (state->phase_ != Phase::pending) {
        return;
    }
    if (UniqueFunction<void()> stop = std::move(state->on_cancel)) {
        stop();
    }
    if (state->phase_ != Phase::pending) {
        return; // the producer brought a result of its own
    }
    state->canceled_ = true;
    state->store_error(std::make_exception_ptr(Error(Errc::canceled, "gave up")));
    run(std::move(state));
}

bool DeferredState::begin_result() const {
    if (phase_ == Phase::unwanted || canceled_) {
        return false;
    }
    if (phase_ != Phase::pending) {
        throw Error(Errc::already_resolved, "cannot resolve a promise");
    }
    return true;
}

std::exception_ptr DeferredState::take_error() noexcept {
    return std::exchange(error_, nullptr);
}

void drop(AnyState state) noexcept {
    DeferredState::drop(std::move(state));
}

void abandon(AnyState state) noexcept {
    if (state && state->wanted()) {
        if (state->store_error(std::make_exception_ptr(Error(Errc::abandoned, "waiting")))) {
            DeferredState::run(std::move(state));
        }
    }
}

} // namespace hawser::detail
