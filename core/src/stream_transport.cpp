// SPDX-License-Identifier: MIT
#include <hawser/core/stream_transport.h>

#include "descriptor_queue.h"

#include <hawser/core/detail/report.h>

#include <cassert>
#include <functional>
#include <stdexcept>
#include <typeinfo>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t borrow_from = 2048; // below it a copy is cheaper than a piece of its own

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
    queue_.clear();
    leave_tape();
}

void StreamTransport::end_protocol() noexcept {
    closing_ = finished_ = true;
    set_gone();
    stop_producer(); // in memory a connection may go without an end
    protocol_.reset();
}

// What a protocol asks for. Nothing here calls it back: what is due is done by work(), from the
// loop, at the end of the callback we are in or once before the loop sleeps.

template <class Append>
void StreamTransport::append(std::size_t size, Append append_to_queue) {
    if (!accepting()) {
        return;
    }
    if (queue_.size() + size > limit_) { // before it is copied
        abort_connection(Errc::write_limit);
        return;
    }
    append_to_queue();
    if (queue_.size() > high_mark_) {
        pause_producer();
    }
    ask_for_turn();
}

void StreamTransport::write(Bytes data) {
    append(data.size(), [&] {
        // An echo of what was just read: flushed before the buffer is used again. In one piece
        // with what is queued, it is cheaper than a copy however small it is.
        if (turn_.reader_ == this && inside(data, turn_.input_) &&
            (data.size() >= borrow_from ||
             (!blocked_ && (queue_.empty() || queue_.adjoins(data))))) {
            queue_.append_borrowed(data);
        } else {
            queue_.append(data);
        }
    });
}

void StreamTransport::write(const SharedBytes& data) {
    const Bytes bytes = data.view();
    append(bytes.size(), [&] {
        // What waits for the peer has to be copied sooner or later; what fits behind other small
        // writes is: views between them would cost a block each.
        const bool small = bytes.size() < WriteQueue::share_from && !bytes.empty() && !blocked_ &&
                           !queue_.has_room();
        const Bytes taped = small ? turn_.tape_.put(data, bytes) : Bytes();
        if (!taped.empty()) {
            append_from_tape(taped);
        } else {
            queue_.append(data);
        }
    });
}

void StreamTransport::append_from_tape(Bytes bytes) {
    queue_.append_borrowed(bytes);
    if (!on_tape_) {
        on_tape_ = true;
        turn_.tape_.hold();
    }
}

/// What has not left is copied: the tape is for one turn.
void StreamTransport::leave_tape() noexcept {
    if (on_tape_) {
        on_tape_ = false;
        queue_.keep_borrowed();
        turn_.tape_.let_go();
    }
}

void StreamTransport::write_sequence(std::span<const Bytes> pieces) {
    std::size_t size = 0;
    for (const Bytes piece : pieces) {
        size += piece.size();
    }
    append(size, [&] { queue_.append(pieces); });
}

std::optional<std::size_t> StreamTransport::write_file(int file, std::uint64_t offset,
                                                       std::size_t count) {
    if (!accepting() || !queue_.empty() || descriptors_ || blocked_) {
        return std::nullopt;
    }
    const std::optional<std::size_t> taken = send_from_file(file, offset, count);
    if (taken) {
        blocked_ = file_waits_ = *taken < count;
        pull_due_ = !blocked_;
        if (blocked_) {
            stalled(*taken);
        }
        progressed(*taken);
        ask_for_turn();
    }
    return taken;
}

void StreamTransport::send_descriptor(int fd) {
    if (!accepting()) {
        return;
    }
    if (!passes_descriptors()) {
        Transport::send_descriptor(fd);
    }
    Descriptor copy = Descriptor::duplicate_of(fd);
    if (!descriptors_) {
        descriptors_ = std::make_unique<detail::DescriptorQueue>();
    }
    if (!descriptors_->add(std::move(copy), queue_.size())) {
        abort_connection(Errc::write_limit);
    }
}

void StreamTransport::lose_connection(std::error_code reason) {
    if (!closing_) {
        closing_ = true;
        reason_ = reason;
        producer_last_ = producer() != nullptr && (!output_ending_ || producer_last_);
        ask_for_turn();
    }
}

void StreamTransport::lose_write_connection() {
    if (!closing_ && !output_ending_) {
        output_ending_ = true;
        producer_last_ = producer() != nullptr;
        ask_for_turn();
    }
}

void StreamTransport::abort_connection(std::error_code reason) {
    if (!aborting_ && !finished_) {
        closing_ = true;
        aborting_ = true;
        producer_last_ = false;
        reason_ = reason;
        queue_.clear();
        descriptors_.reset();
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
    if (this->producer() != nullptr) {
        throw std::logic_error("cannot register a second producer");
    }
    if (gone()) {
        producer.stop_producing(); // there is no loop any more to say it from
        return;
    }
    set_producer(&producer);
    streaming_ = streaming;
    producer_paused_ = false;
    pull_due_ = !streaming;
    pause_producer();
    ask_for_turn();
}

void StreamTransport::unregister_producer() {
    set_producer(nullptr);
    pull_due_ = false;
    file_waits_ = false;
    stalled_ = stalled_ && peer_waited_for();
    producer_paused_ = false;
    if (producer_last_) {
        producer_last_ = false;
        ask_for_turn();
    }
}

void StreamTransport::pause_producer() noexcept {
    Producer* const pushing = streaming_ && !producer_paused_ ? producer() : nullptr;
    if (pushing == nullptr || queue_.size() <= high_mark_ || !accepting()) {
        return;
    }
    producer_paused_ = true;
    try {
        pushing->pause_producing();
    } catch (...) {
        detail::report_callback(typeid(*pushing), "pause_producing", peer());
        abort_connection(Errc::callback_threw);
    }
}

bool StreamTransport::accepting() const noexcept {
    return (!closing_ && !output_ending_) || producer_last_;
}

void StreamTransport::set_write_marks(std::size_t high, std::size_t low) {
    assert(low <= high);
    high_mark_ = high;
    low_mark_ = low;
    pause_producer();
    ask_for_turn();
}

void StreamTransport::set_write_limit(std::size_t limit) {
    limit_ = limit;
}

std::optional<Clock::time_point> StreamTransport::stalled_since() const noexcept {
    return stalled_ && !aborting_ && !finished_ ? std::optional(stalled_since_) : std::nullopt;
}

void StreamTransport::ask_for_turn() noexcept {
    if (!busy_ && !finished_ && !listed()) {
        turn_.wanted();
        turn_.waiting_.push_back(*this);
    }
}

} // namespace hawser
