// SPDX-License-Identifier: MIT
#include "stream_pipe.h"

#include <hawser/core/error.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t high_mark = 64 * 1024; // kept while nobody reads: then the peer is held back
constexpr std::size_t low_mark = 16 * 1024;

} // namespace

// Reading.

Deferred<Stream::Pipe::Result> Stream::Pipe::read(Want want) {
    if (reading_) {
        throw std::logic_error("cannot read from a stream that somebody reads from");
    }
    Result result;
    std::exception_ptr error;
    if (settled(want, result, error)) {
        hold_back();
        return error ? Deferred<Result>::fail(std::move(error))
                     : Deferred<Result>::succeed(std::move(result));
    }
    reading_.emplace(Reading{std::move(want), {}});
    Deferred<Result> waiting = reading_->promise.deferred();
    reading_->promise.on_cancel([this] {
        reading_.reset();
        hold_back();
    });
    hold_back();
    return waiting;
}

/// True when \p want has its \p result or its \p error.
bool Stream::Pipe::settled(Want& want, Result& result, std::exception_ptr& error) {
    const Bytes input = Bytes(input_).substr(taken_);
    switch (want.kind) {
    case Want::Kind::some:
        if (!input.empty()) {
            result = take(std::min(want.limit, input.size()));
            return true;
        }
        break;
    case Want::Kind::exactly:
        if (input.size() >= want.limit) {
            result = take(want.limit);
            return true;
        }
        break;
    case Want::Kind::until:
    case Want::Kind::line: {
        const std::size_t size = want.delimiter.size();
        const std::size_t at = input.find(want.delimiter, want.seen);
        const bool line = want.kind == Want::Kind::line;
        const bool found = at != Bytes::npos;
        const bool bare = line && found && at > 0 && input[at - 1] == '\r';
        if (found && at - (bare ? 1 : 0) <= want.limit) {
            result = take(at - (bare ? 1 : 0), size + (bare ? 1 : 0));
            return true;
        }
        // The delimiter may still begin in the last bytes, and "\r" may belong to it.
        const std::size_t end = size + (line ? 1 : 0);
        if (found || (input.size() >= end && input.size() - end >= want.limit)) {
            error = std::make_exception_ptr(
                Error(Errc::line_too_long, "reading from " + to_string(peer_)));
            return true;
        }
        want.seen = input.size() - std::min(input.size(), size - 1);
        if (line && input_ended_ && !stopped_ && !reason_ && !input.empty()) {
            if (input.size() <= want.limit) {
                result = take(input.size());
            } else {
                error = std::make_exception_ptr(
                    Error(Errc::line_too_long, "reading from " + to_string(peer_)));
            }
            return true;
        }
        break;
    }
    }
    if (lost_ && reason_) {
        error = over("reading from ");
        return true;
    }
    if (!input_ended_ && !lost_) {
        return false;
    }
    if (!input.empty() && !stopped_) {
        error =
            std::make_exception_ptr(Error(Errc::incomplete, "reading from " + to_string(peer_)));
    }
    return true; // else the end, which is null
}

std::string Stream::Pipe::take(std::size_t count, std::size_t drop) {
    std::string taken = input_.substr(taken_, count);
    taken_ += count + drop;
    if (taken_ == input_.size()) {
        taken_ = 0;
        input_.clear();
        if (input_.capacity() > high_mark) { // one large read is no reason to keep its memory
            input_ = std::string();
        }
    }
    return taken;
}

/// Something has changed: the read that waits may have its result.
void Stream::Pipe::go_on() {
    if (!reading_) {
        return;
    }
    Result result;
    std::exception_ptr error;
    if (!settled(reading_->want, result, error)) {
        return;
    }
    settle(std::move(result), std::move(error));
}

void Stream::Pipe::settle(Result result, std::exception_ptr error) {
    Promise<Result> promise = std::move(reading_->promise);
    promise.on_cancel(nullptr);
    reading_.reset();
    error ? promise.fail(std::move(error)) : promise.resolve(std::move(result));
}

/// Pauses the transport while enough is kept that nobody asks for.
void Stream::Pipe::hold_back() {
    const std::size_t kept = input_.size() - taken_;
    const bool wanted = reading_ || kept < (held_back_ ? low_mark : high_mark);
    if (transport_ != nullptr && wanted == held_back_) {
        held_back_ = !held_back_;
        held_back_ ? transport_->pause_producing() : transport_->resume_producing();
    }
}

// Writing.

template <class Data>
Deferred<> Stream::Pipe::write(const Data& data) {
    if (output_ended_) { // our own doing: nobody else says so
        return Deferred<>::fail(over("writing to "));
    }
    if (transport_ == nullptr || transport_->closing()) {
        return detail::told_elsewhere(Deferred<>::fail(over("writing to ")));
    }
    transport_->write(data);
    if (!transport_->full() && !transport_->closing()) {
        return Deferred<>::succeed();
    }
    ask_for(Producing::push);
    return writers_.add();
}

template Deferred<> Stream::Pipe::write(const Bytes& data);
template Deferred<> Stream::Pipe::write(const SharedBytes& data);

Deferred<> Stream::Pipe::drain() {
    if (lost_ && reason_) {
        return Deferred<>::fail(over("writing to "));
    }
    if (transport_ == nullptr || (transport_->queued() == 0 && !transport_->closing())) {
        return Deferred<>::succeed();
    }
    ask_for(Producing::pull);
    return drainers_.add();
}

Deferred<> Stream::Pipe::finish() {
    if (lost_ && reason_) {
        return detail::told_elsewhere(Deferred<>::fail(over("writing to ")));
    }
    if (transport_ == nullptr || output_end_told_) {
        return Deferred<>::succeed();
    }
    output_ended_ = true;
    transport_->lose_write_connection();
    return finishers_.add();
}

void Stream::Pipe::close() {
    if (transport_ != nullptr && !transport_->closing()) {
        output_ended_ = true;
        transport_->lose_connection();
    }
}

Deferred<> Stream::Pipe::peer_ended() {
    return input_ended_ || lost_ ? Deferred<>::succeed() : enders_.add();
}

Deferred<> Stream::Pipe::closed() {
    if (!lost_) {
        return closers_.add();
    }
    return reason_ ? Deferred<>::fail(over("talking to ")) : Deferred<>::succeed();
}

/// Registers as a producer for as long as somebody waits to write: a push producer is told when
/// the queue is at its low mark, a pull producer when it is empty. On the way to the end nothing
/// need be asked: that tells everybody.
void Stream::Pipe::ask_for(Producing mode) {
    if (producing_ == Producing::pull || producing_ == mode || output_ended_ ||
        transport_->closing()) {
        return;
    }
    if (producing_ != Producing::no) {
        leave_consumers();
    }
    producing_ = mode;
    transport_->register_producer(*this, mode == Producing::push);
}

void Stream::Pipe::unregister() {
    producing_ = Producing::no;
    leave_consumers();
}

void Stream::Pipe::pause_producing() {}

void Stream::Pipe::resume_producing() {
    if (producing_ == Producing::pull && transport_->queued() > 0) {
        return; // asked for the first time, before the queue is empty
    }
    unregister();
    Waiting drainers = std::move(drainers_);
    tell(writers_, nullptr);
    tell(drainers, nullptr);
}

void Stream::Pipe::stop_producing() {
    producing_ = Producing::no;
}

// What the connection tells.

void Stream::Pipe::made(Transport& transport) {
    transport_ = &transport;
    peer_ = transport.peer();
}

void Stream::Pipe::received(Bytes data) {
    if (reading_ && reading_->want.kind == Want::Kind::some && input_.empty()) {
        const std::size_t count = std::min(reading_->want.limit, data.size());
        input_.append(data.substr(count));
        settle(std::string(data.substr(0, count)), nullptr); // without a copy in between
    } else {
        input_.erase(0, std::exchange(taken_, 0));
        input_.append(data);
        go_on();
    }
    hold_back();
}

void Stream::Pipe::ended() {
    stopped_ = false;
    end_input();
}

/// The peer may have more to say: what it has begun is not taken for the whole.
void Stream::Pipe::stop() {
    stopped_ = !input_ended_;
    end_input();
}

void Stream::Pipe::end_input() {
    input_ended_ = true;
    Waiting enders = std::move(enders_);
    go_on();
    tell(enders, nullptr);
}

void Stream::Pipe::output_ended() {
    output_end_told_ = true;
    Waiting drainers = std::move(drainers_);
    Waiting finishers = std::move(finishers_);
    tell(writers_, nullptr);
    tell(drainers, nullptr);
    tell(finishers, nullptr);
}

void Stream::Pipe::lost(std::error_code reason) {
    transport_ = nullptr;
    lost_ = true;
    reason_ = reason;
    const std::exception_ptr error = reason ? over("talking to ") : nullptr;
    Waiting writers = std::move(writers_);
    Waiting drainers = std::move(drainers_);
    Waiting finishers = std::move(finishers_);
    Waiting enders = std::move(enders_);
    Waiting closers = std::move(closers_);
    go_on();
    tell(writers, error);
    tell(drainers, error);
    tell(finishers, error);
    tell(enders, nullptr);
    tell(closers, error);
}

std::error_code Stream::Pipe::why_over() const noexcept {
    return reason_ ? reason_ : std::make_error_code(std::errc::broken_pipe);
}

std::exception_ptr Stream::Pipe::over(std::string_view what) const {
    return std::make_exception_ptr(Error(why_over(), std::string(what) + to_string(peer_)));
}

bool Stream::Pipe::explains(const std::exception_ptr& error) const {
    const bool over = lost_ || (transport_ != nullptr && transport_->closing());
    return over && code_of(error) == why_over();
}

void Stream::Pipe::tell(Waiting& waiting, const std::exception_ptr& error) {
    Waiting all(std::move(waiting));
    while (!all.empty()) {
        Promise<>& promise = all.pop().promise;
        error ? promise.fail(error) : promise.resolve();
    }
}

} // namespace hawser
