// SPDX-License-Identifier: MIT
#include "threaded_connection.h"

#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace hawser::detail {

namespace {

constexpr std::size_t piece = 64 * 1024;   // of a long write
constexpr std::size_t worth_moving = 4096; // what was read makes room once it is so much

} // namespace

ThreadedConnection::ThreadedConnection(std::shared_ptr<Posts> posts, Transport& transport,
                                       const ThreadedOptions& options)
    : posts_(std::move(posts)), peer_(transport.peer()), host_(transport.host()),
      input_mark_(options.input_mark), output_mark_(options.output_mark), transport_(&transport),
      timeout_(options.timeout) {
    transport.set_write_marks(output_mark_, output_mark_ / 4);
}

// The loop's side.

void ThreadedConnection::received(Bytes data) {
    const std::lock_guard lock(mutex_);
    input_ += data;
    if (!paused_ && unread() > std::max(input_mark_, wanted_)) {
        paused_ = true;
        transport_->pause_producing();
    }
    news_.notify_all();
}

void ThreadedConnection::input_ended() noexcept {
    const std::lock_guard lock(mutex_);
    input_ended_ = true;
    news_.notify_all();
}

void ThreadedConnection::set_blocked(bool blocked) noexcept {
    const std::lock_guard lock(mutex_);
    blocked_ = blocked;
    news_.notify_all();
}

void ThreadedConnection::lost(std::error_code reason) noexcept {
    transport_ = nullptr;
    const std::lock_guard lock(mutex_);
    if (!std::exchange(lost_, true)) {
        reason_ = reason;
    }
    news_.notify_all();
}

void ThreadedConnection::resume() {
    {
        const std::lock_guard lock(mutex_);
        resume_posted_ = false;
        if (!std::exchange(paused_, false)) {
            return;
        }
    }
    if (transport_ != nullptr) {
        transport_->resume_producing();
    }
}

void ThreadedConnection::flush() {
    bool ended = false;
    std::error_code abort_with;
    {
        const std::lock_guard lock(mutex_);
        sending_.swap(output_);
        output_posted_ = false;
        ended = ended_;
        abort_with = abort_with_;
        news_.notify_all();
    }
    if (transport_ != nullptr) {
        transport_->write(Bytes(sending_));
        if (abort_with) {
            transport_->abort_connection(abort_with);
        } else if (ended) {
            transport_->lose_connection();
        }
    }
    sending_.clear();
}

// The handler's side.

void ThreadedConnection::fail(std::error_code error, std::string_view doing) {
    thrown_ = error;
    throw Error(error, std::string(doing) + to_string(peer_));
}

ThreadedConnection::Deadline ThreadedConnection::deadline() const {
    return timeout_ ? Deadline(std::chrono::steady_clock::now() + *timeout_) : std::nullopt;
}

template <class Ready>
void ThreadedConnection::wait(Lock& lock, const Deadline& until, std::string_view doing,
                              Ready ready) {
    const auto over = [&] { return ended_ || lost_ || ready(); };
    if (!until) {
        news_.wait(lock, over);
    } else if (!news_.wait_until(lock, *until, over)) {
        fail(Errc::timed_out, doing);
    }
}

// False at the end, with less than \p count bytes there.
bool ThreadedConnection::wait_for_input(Lock& lock, const Deadline& until, std::size_t count) {
    if (unread() >= count) {
        return true;
    }
    wanted_ = count;
    if (paused_) {
        ask_for_more();
    }
    wait(lock, until, "reading from ", [&] { return unread() >= count || input_ended_; });
    wanted_ = 0;
    if (unread() >= count) {
        return true;
    }
    if (ended_) {
        fail(Errc::canceled, "reading from ");
    }
    if (lost_ && reason_) {
        fail(reason_, "reading from ");
    }
    return false;
}

void ThreadedConnection::ask_for_more() {
    if (!std::exchange(resume_posted_, true)) {
        posts_->add([self = shared_from_this()] { self->resume(); });
    }
}

std::string ThreadedConnection::take(std::size_t count, std::size_t drop) {
    std::string taken = input_.substr(taken_, count);
    taken_ += count + drop;
    if (taken_ == input_.size() || (taken_ >= worth_moving && taken_ > input_.size() / 2)) {
        input_.erase(0, std::exchange(taken_, 0));
    }
    if (paused_ && unread() <= input_mark_ / 2) {
        ask_for_more();
    }
    return taken;
}

std::string ThreadedConnection::read_some(std::size_t most) {
    Lock lock(mutex_);
    return wait_for_input(lock, deadline(), 1) ? take(std::min(most, unread())) : std::string();
}

std::string ThreadedConnection::read_exactly(std::size_t count) {
    Lock lock(mutex_);
    if (!wait_for_input(lock, deadline(), count)) {
        fail(Errc::protocol_error, "too few bytes from ");
    }
    return take(count);
}

std::optional<std::string> ThreadedConnection::read_until(std::string_view delimiter,
                                                          std::size_t limit) {
    assert(!delimiter.empty());
    Lock lock(mutex_);
    const Deadline until = deadline(); // of the whole: a byte now and then does not put it off
    std::size_t searched = 0;
    do {
        // The delimiter may have begun before what is new.
        const std::size_t from = searched - std::min(searched, delimiter.size() - 1);
        const std::size_t at = input_.find(delimiter, taken_ + from);
        if (at != std::string::npos && at - taken_ <= limit) {
            return take(at - taken_, delimiter.size());
        }
        if (at != std::string::npos ||
            (unread() >= delimiter.size() && unread() - delimiter.size() >= limit)) {
            fail(Errc::line_too_long, "reading from ");
        }
        searched = unread();
    } while (wait_for_input(lock, until, searched + 1));
    return std::nullopt;
}

void ThreadedConnection::write(Bytes data) {
    Lock lock(mutex_);
    while (!data.empty()) {
        wait(lock, deadline(), "writing to ",
             [&] { return output_.size() <= output_mark_ && !blocked_; });
        if (ended_) {
            fail(Errc::canceled, "writing to ");
        }
        if (lost_) {
            fail(reason_ ? reason_ : std::make_error_code(std::errc::broken_pipe), "writing to ");
        }
        output_ += data.substr(0, piece);
        data.remove_prefix(std::min(data.size(), piece));
        post_output();
    }
}

void ThreadedConnection::post_output() {
    if (!std::exchange(output_posted_, true)) {
        posts_->add([self = shared_from_this()] { self->flush(); });
    }
}

void ThreadedConnection::end(std::error_code abort_with) {
    const std::lock_guard lock(mutex_);
    if (!ended_ || abort_with) {
        ended_ = true;
        abort_with_ = abort_with;
        post_output();
        news_.notify_all();
    }
}

void ThreadedConnection::handler_threw(const std::exception_ptr& error) {
    const std::error_code code = code_of(error);
    bool ours = false;
    bool closed = false;
    {
        const std::lock_guard lock(mutex_);
        ours = thrown_ && code == thrown_;
        closed = ended_;
    }
    if (ours) { // what a peer did is not the program's fault, and may come often
        log(LogLevel::debug, "threaded", "a handler gave up: " + message_of(error));
    } else {
        log(LogLevel::error, "threaded", "a handler threw: " + message_of(error),
            {{"peer", to_string(peer_)}});
    }
    if (!ours || !closed) { // one that was told to close has still to send what was written
        end(ours ? code : Errc::callback_threw);
    }
}

void ThreadedConnection::set_timeout(std::optional<std::chrono::milliseconds> timeout) {
    const std::lock_guard lock(mutex_);
    timeout_ = timeout;
}

} // namespace hawser::detail
