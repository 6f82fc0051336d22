// SPDX-License-Identifier: MIT
#include <hawser/core/detail/deferred_state.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <cassert>
#include <string>
#include <string_view>

namespace hawser::detail {

namespace {

void report(std::string_view what, const std::exception_ptr& error, const Origin& made) noexcept {
    const std::string message = std::string(what) + message_of(error);
    if (made.file != nullptr) {
        log(LogLevel::error, "deferred", message,
            {{"made", std::string(made.file) + ":" + std::to_string(made.line)}});
    } else {
        log(LogLevel::error, "deferred", message);
    }
}

} // namespace

Continuation::~Continuation() = default;

DeferredState* Continuation::forwards_to() const noexcept {
    return nullptr;
}

DeferredState::~DeferredState() {
    // A detached chain, or one whose drop came first, has nothing left here; what has a failure
    // still was held by nobody who could handle it.
    report_unhandled();
}

void DeferredState::report_unhandled() noexcept {
    if (error_ && phase_ == Phase::settled && !told_elsewhere) {
        report("unhandled failure: ", take_error(), made);
    }
}

void DeferredState::tell_producer() noexcept {
    if (on_cancel) {
        UniqueFunction<void()> stop = std::move(on_cancel);
        try {
            stop();
        } catch (...) {
            report("canceling failed: ", std::current_exception(), made);
        }
    }
}

void DeferredState::attach(AnyState source, Waiting next) {
    source->continuation_ = std::move(next);
    run(std::move(source));
}

bool DeferredState::hand_over(DeferredState& state, AnyState source) {
    DeferredState* last = state.continuation_ ? state.continuation_->forwards_to() : nullptr;
    if (last == nullptr) {
        return false;
    }
    state.phase_ = Phase::taken;
    last->upstream = source;
    attach(std::move(source), std::move(state.continuation_));
    return true;
}

bool DeferredState::depends_on(const DeferredState& state, const DeferredState& other) noexcept {
    if (!other.continuation_) { // nobody waits for it: no need to walk a long chain
        return &state == &other;
    }
    const DeferredState* at = &state;
    while (at != nullptr && at != &other) {
        at = at->upstream.get();
    }
    return at != nullptr;
}

bool DeferredState::store_error(std::exception_ptr error) noexcept {
    assert(error);
    if (phase_ != Phase::pending) {
        return false;
    }
    error_ = std::move(error);
    phase_ = Phase::settled;
    return true;
}

void DeferredState::run(AnyState state) {
    while (state && state->settled()) {
        if (state->on_cancel) {
            state->on_cancel = nullptr; // the result is there: nothing to stop any more
        }
        Continuation* next = state->continuation_.release();
        if (next == nullptr) {
            return; // waits for its consumer
        }
        state = next->run(std::move(state));
    }
}

void DeferredState::drop(AnyState state) noexcept {
    // Up the chain in a loop: a long one would take the stack that its way down does not.
    while (state) {
        if (state->phase_ != Phase::pending && !state->continuation_) {
            state->report_unhandled();
            return;
        }
        // With a continuation, it may be settled: run() was about to hand its result on.
        state->phase_ = Phase::unwanted;
        const AnyState upstream = std::move(state->upstream);
        const Waiting waiting = std::move(state->continuation_);
        state->tell_producer();
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
    if (state->coroutine_) {
        state->cancel_requested_ = true; // it is running
        return;
    }
    state->canceling_ = true;
    state->tell_producer();
    state->canceling_ = false;
    if (state->phase_ != Phase::pending) {
        return; // the producer brought a result of its own
    }
    state->canceled_ = true;
    state->store_error(std::make_exception_ptr(Error(Errc::canceled, "gave up")));
    run(std::move(state));
}

bool DeferredState::begin_late_result() const {
    if (phase_ != Phase::unwanted && !canceled_) {
        throw Error(Errc::already_resolved, "cannot resolve a promise");
    }
    return false;
}

void DeferredState::abandon(AnyState state) noexcept {
    // One reference: its Deferred was never asked for. While it cancels, the failure is a better
    // one.
    if (state && state->wanted() && state->references > 1 && !state->canceling_) {
        state->store_error(std::make_exception_ptr(Error(Errc::abandoned, "waiting")));
        run(std::move(state));
    }
}

void drop(AnyState state) noexcept {
    DeferredState::drop(std::move(state));
}

void abandon(AnyState state) noexcept {
    DeferredState::abandon(std::move(state));
}

} // namespace hawser::detail
