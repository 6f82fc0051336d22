// SPDX-License-Identifier: MIT
#include <hawser/core/stream_transport.h>

#include "report.h"

#include <array>
#include <cassert>
#include <functional>
#include <stdexcept>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t borrow_from = 2048; // below it a copy is cheaper than a piece of its own
constexpr std::size_t most_pieces = 64;   // in one gathered send

bool inside(Bytes part, Bytes whole) noexcept {
    const std::less_equal<const char*> not_after;
    return not_after(whole.data(), part.data()) &&
           not_after(part.data() + part.size(), whole.data() + whole.size());
}

} // namespace

StreamTransport::StreamTransport(Turn& turn, Side side) noexcept
    : turn_(turn), queue_(turn.blocks()), high_mark_(turn.limits().write_high_mark),
      low_mark_(turn.limits().write_low_mark), limit_(turn.limits().write_limit),
      accepted_(side == Side::accepted) {}

StreamTransport::~StreamTransport() {
    assert(!protocol_); // end_protocol() was forgotten
}

void StreamTransport::end_protocol() noexcept {
    closing_ = finished_ = true;
    set_gone();
    protocol_.reset();
}

// What a protocol asks for. Nothing below calls it back: what is due is done by work(), from the
// loop, at the end of the callback we are in or once before the loop sleeps.

template <class Append>
void StreamTransport::append(std::size_t size, Append append_to_queue) {
    if (closing_ || output_ending_) {
        return;
    }
    if (queue_.size() + size > limit_) { // before it is copied
        abort_connection(Errc::write_limit);
        return;
    }
    append_to_queue();
    if (queue_.size() > high_mark_ && producer_ != nullptr && streaming_ && !producer_paused_) {
        producer_paused_ = true;
        producer_->pause_producing();
    }
    ask_for_turn();
}

void StreamTransport::write(Bytes data) {
    append(data.size(), [&] {
        // An echo of what was just read: flushed before the buffer is used again.
        if (data.size() >= borrow_from && turn_.reader_ == this && inside(data, turn_.input_)) {
            queue_.append_borrowed(data);
        } else {
            queue_.append(data);
        }
    });
}

void StreamTransport::write(const SharedBytes& data) {
    append(data.size(), [&] { queue_.append(data); });
}

void StreamTransport::write_sequence(std::span<const Bytes> pieces) {
    std::size_t size = 0;
    for (const Bytes piece : pieces) {
        size += piece.size();
    }
    append(size, [&] { queue_.append(pieces); });
}

void StreamTransport::lose_connection(std::error_code reason) {
    if (!closing_) {
        closing_ = true;
        reason_ = reason;
        ask_for_turn();
    }
}

void StreamTransport::lose_write_connection() {
    if (!closing_ && !output_ending_) {
        output_ending_ = true;
        ask_for_turn();
    }
}

void StreamTransport::abort_connection(std::error_code reason) {
    if (!aborting_ && !finished_) {
        closing_ = true;
        aborting_ = true;
        reason_ = reason;
        queue_.clear();
        ask_for_turn();
    }
}

void StreamTransport::pause_producing() {
    ++pauses_;
    ask_for_turn();
}

void StreamTransport::resume_producing() {
    if (pauses_ > 0 && --pauses_ == 0) {
        resumed_ = true;
        ask_for_turn();
    }
}

void StreamTransport::stop_producing() {
    lose_connection();
}

void StreamTransport::register_producer(Producer& producer, bool streaming) {
    if (producer_ != nullptr) {
        throw std::logic_error("cannot register a second producer");
    }
    if (gone()) {
        producer.stop_producing(); // there is no loop any more to say it from
        return;
    }
    producer_ = &producer;
    streaming_ = streaming;
    producer_paused_ = streaming && queue_.size() > high_mark_;
    pull_due_ = !streaming;
    if (producer_paused_) {
        producer.pause_producing();
    }
    ask_for_turn();
}

void StreamTransport::unregister_producer() {
    producer_ = nullptr;
    pull_due_ = false;
    producer_paused_ = false;
}

void StreamTransport::set_write_marks(std::size_t high, std::size_t low) {
    assert(low <= high);
    high_mark_ = high;
    low_mark_ = low;
    ask_for_turn();
}

void StreamTransport::set_write_limit(std::size_t limit) {
    limit_ = limit;
}

void StreamTransport::ask_for_turn() noexcept {
    if (!busy_ && !finished_ && !listed()) {
        turn_.waiting_.push_back(*this);
    }
}

// What the medium tells.

void StreamTransport::open(std::unique_ptr<Protocol> protocol, std::shared_ptr<Factory> factory) {
    protocol_ = std::move(protocol);
    factory_ = std::move(factory);
    busy_ = true;
    call("connection_made", [this] { protocol_->make_connection(*this); });
    work();
}

void StreamTransport::received(Bytes data) noexcept {
    if (closing_) {
        return;
    }
    busy_ = true;
    turn_.reader_ = this;
    turn_.input_ = data;
    call("data_received", [&] { protocol_->data_received(data); });
    turn_.reader_ = nullptr;
    work();
    queue_.keep_borrowed();
}

void StreamTransport::ended() noexcept {
    if (input_ended_ || finished_) {
        return;
    }
    input_ended_ = true;
    busy_ = true;
    bool stays = false;
    if (!closing_) {
        call("read_connection_lost", [&] { stays = protocol_->read_connection_lost(); });
    }
    if (!stays) {
        lose_connection();
    }
    work();
}

void StreamTransport::writable() noexcept {
    blocked_ = false;
    work();
}

void StreamTransport::broken(std::error_code error) noexcept {
    finish(aborting_ ? reason_ : error, aborting_);
}

void StreamTransport::closed() noexcept {
    stop_producer(); // registered after the end
    if (protocol_) {
        call("connection_lost", [this] { protocol_->connection_lost(reason_); });
    }
    set_gone();
    stop_producer(); // registered by connection_lost()
    if (!accepted_ && factory_) {
        factory_->do_stop(); // last: connection_lost() may have begun the next attempt with it
    }
}

// What a turn owes.

void StreamTransport::work() noexcept {
    if (finished_) {
        busy_ = false;
        return;
    }
    busy_ = true;
    flush();
    if (!finished_) {
        notify();
    }
    if (!finished_) {
        watch_what_matters();
    }
    busy_ = false;
    // Callbacks of notify() asked for more: next turn, so that others have theirs.
    if (!finished_ && owes()) {
        ask_for_turn();
    }
}

bool StreamTransport::owes() const noexcept {
    const bool to_send = queue_.empty() ? closing_ || output_ending_ != output_ended_ : !blocked_;
    return aborting_ || to_send ||
           (!closing_ && (mark_passed() || producer_waits() || resume_untold()));
}

bool StreamTransport::mark_passed() const noexcept {
    return above_mark_ ? queue_.size() <= low_mark_ : queue_.size() > high_mark_;
}

bool StreamTransport::producer_waits() const noexcept {
    return producer_ != nullptr &&
           (streaming_ ? producer_paused_ && queue_.size() <= low_mark_ : pull_due_);
}

bool StreamTransport::resume_untold() const noexcept {
    return resumed_ && pauses_ == 0;
}

void StreamTransport::flush() noexcept {
    if (aborting_) {
        finish(reason_, true);
        return;
    }
    const bool had_something = !queue_.empty();
    while (!queue_.empty() && !blocked_) {
        const auto [sent, offered] = queue_.one_piece() ? offer<1>() : offer<most_pieces>();
        if (sent.error) {
            finish(sent.error, false);
            return;
        }
        queue_.drop_front(sent.count);
        blocked_ = sent.count < offered;
        if (closing_ && sent.count > 0) {
            close_timer_.cancel(); // progress: the peer has its time anew
        }
    }
    if (!queue_.empty()) {
        return;
    }
    blocked_ = false;
    pull_due_ = pull_due_ || (had_something && !streaming_);
    if (closing_) {
        finish(reason_, false);
    } else if (output_ending_ && !output_ended_) {
        output_ended_ = true;
        end_output();
    }
}

// Two sizes, because filling a long array with empty views would cost a small echo its share.
template <std::size_t Most>
std::pair<StreamTransport::Sent, std::size_t> StreamTransport::offer() noexcept {
    std::array<Bytes, Most> pieces;
    const std::size_t count = queue_.front(pieces);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
        offered += pieces[i].size();
    }
    return {send(std::span(pieces.data(), count)), offered};
}

// Each callback may end the connection, and change what is due after it.
void StreamTransport::notify() noexcept {
    if (!closing_ && output_ended_ && !output_end_told_) {
        output_end_told_ = true;
        call("write_connection_lost", [this] { protocol_->write_connection_lost(); });
    }
    if (!closing_ && mark_passed()) {
        above_mark_ = !above_mark_;
        if (above_mark_) {
            call("write_paused", [this] { protocol_->write_paused(); });
        } else {
            call("write_resumed", [this] { protocol_->write_resumed(); });
        }
    }
    if (!closing_ && producer_waits()) {
        producer_paused_ = false;
        pull_due_ = false;
        call("resume_producing", [this] { producer_->resume_producing(); });
    }
    if (!closing_ && resume_untold()) {
        resumed_ = false;
        call("read_resumed", [this] { protocol_->read_resumed(); });
    }
}

void StreamTransport::watch_what_matters() noexcept {
    const bool reading = !closing_ && !input_ended_ && pauses_ == 0 && !(accepted_ && above_mark_);
    const bool writing = blocked_;
    const bool over = input_ended_ && output_ended_; // and the protocol has not closed
    if ((closing_ || over) && !close_timer_.active()) {
        expect_progress();
    }
    if (!watched_ || reading != watched_reading_ || writing != watched_writing_) {
        watched_ = true;
        watched_reading_ = reading;
        watched_writing_ = writing;
        watch(reading, writing);
    }
}

void StreamTransport::expect_progress() {
    close_timer_ = turn_.clock().call_later(turn_.limits().close_timeout,
                                            [this] { finish(Errc::timed_out, true); });
}

void StreamTransport::finish(std::error_code reason, bool reset) noexcept {
    if (finished_) {
        return;
    }
    finished_ = true;
    closing_ = true;
    reason_ = reason;
    queue_.clear();
    close_timer_.cancel();
    stop_producer();
    close(reset);
}

void StreamTransport::stop_producer() noexcept {
    if (Producer* producer = std::exchange(producer_, nullptr)) {
        call("stop_producing", [&] { producer->stop_producing(); });
    }
}

template <class Callback>
void StreamTransport::call(const char* name, Callback callback) noexcept {
    try {
        callback();
    } catch (...) {
        report_callback(*protocol_, name, peer());
        finish(Errc::callback_threw, false);
    }
}

bool Turn::run() {
    detail::IntrusiveList<StreamTransport, Turn> now;
    now.splice(waiting_);
    while (!now.empty()) {
        now.pop_front().work();
    }
    return !waiting_.empty();
}

} // namespace hawser
