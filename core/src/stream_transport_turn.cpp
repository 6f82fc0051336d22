// SPDX-License-Identifier: MIT
// The other half of StreamTransport: what its medium tells it, and what it does in a turn.
#include <hawser/core/stream_transport.h>

#include "descriptor_queue.h"

#include <hawser/core/datagram_port.h>
#include <hawser/core/detail/report.h>
#include <hawser/core/protocol_wrapper.h>

#include <algorithm>
#include <array>
#include <typeinfo>
#include <utility>

namespace hawser {

namespace {

constexpr std::size_t most_pieces = 64; // in one gathered send
// Less than that in a close_timeout is no progress: one byte now and then could go on for ever.
constexpr std::size_t progress_from = 16 * 1024;

} // namespace

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
    // Others have written to it in this turn, and may again: all of it leaves at the turn's end.
    const bool waits = listed();
    busy_ = true;
    turn_.reader_ = waits ? nullptr : this;
    turn_.input_ = data;
    call("data_received", [&] { protocol_->data_received(data); });
    turn_.reader_ = nullptr;
    if (waits && !closing_) {
        busy_ = false;
        return;
    }
    work();
    queue_.keep_borrowed();
}

void StreamTransport::received(Descriptor descriptor) noexcept {
    if (!closing_) {
        call("descriptor_received", [&] { protocol_->descriptor_received(std::move(descriptor)); });
    }
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

void StreamTransport::stopping() noexcept {
    if (closing_) {
        return;
    }
    busy_ = true;
    bool stays = false;
    if (protocol_) { // else it has not begun
        call("stop_requested", [&] { stays = protocol_->stop_requested(); });
    }
    if (!stays) {
        lose_connection();
    }
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
        if (closing_ || input_ended_) {
            leave_consumers(); // as a producer, our last byte was given
        }
    }
    leave_tape();
    busy_ = false;
    // Callbacks of notify() asked for more: next turn, so that others have theirs.
    if (!finished_ && owes()) {
        ask_for_turn();
    }
}

bool StreamTransport::owes() const noexcept {
    const bool to_end = !producer_last_ && (closing_ || output_ending_ != output_ended_);
    const bool to_send = queue_.empty() ? to_end : !blocked_;
    return aborting_ || to_send || producer_waits() ||
           (!closing_ && (mark_passed() || resume_untold()));
}

bool StreamTransport::peer_waited_for() const noexcept {
    return !queue_.empty() || file_waits_;
}

bool StreamTransport::mark_passed() const noexcept {
    return above_mark_ ? queue_.size() <= low_mark_ : queue_.size() > high_mark_ || full_told_;
}

bool StreamTransport::producer_waits() const noexcept {
    return producer() != nullptr && accepting() &&
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
        const auto [sent, offered] = descriptors_         ? offer_with_descriptors()
                                     : queue_.one_piece() ? offer<1>()
                                                          : offer<most_pieces>();
        if (sent.error) {
            finish(sent.error, false);
            return;
        }
        queue_.drop_front(sent.count);
        blocked_ = sent.count < offered;
        if (blocked_) {
            stalled(sent.count);
        }
        progressed(sent.count);
    }
    if (!queue_.empty() || (blocked_ && file_waits_)) {
        return;
    }
    blocked_ = stalled_ = false;
    pull_due_ = pull_due_ || ((had_something || file_waits_) && !streaming_);
    file_waits_ = false;
    if (producer_last_) {
        return;
    }
    if (closing_) {
        finish(reason_, false);
    } else if (output_ending_ && !output_ended_) {
        output_ended_ = true;
        end_output();
    }
}

/// The medium took \p sent bytes, and now takes no more.
void StreamTransport::stalled(std::size_t sent) noexcept {
    if (sent > 0 || !stalled_) {
        stalled_ = true;
        stalled_since_ = turn_.clock().now();
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

// Up to the byte that the next descriptors go with.
std::pair<StreamTransport::Sent, std::size_t> StreamTransport::offer_with_descriptors() noexcept {
    std::array<Bytes, most_pieces> pieces;
    const std::size_t most = descriptors_->bytes_to_next();
    const std::size_t there = queue_.front(pieces);
    std::size_t count = 0;
    std::size_t offered = 0;
    for (; count < there && offered < most; ++count) {
        pieces[count] = pieces[count].substr(0, most - offered);
        offered += pieces[count].size();
    }
    const std::span<const Bytes> offer(pieces.data(), count);
    const std::span<const Descriptor> due = descriptors_->due();
    const Sent sent = due.empty() ? send(offer) : send_with(due, offer);
    descriptors_->sent(sent.count);
    if (descriptors_->empty()) {
        descriptors_.reset();
    }
    return {sent, offered};
}

StreamTransport::Sent StreamTransport::send_with(std::span<const Descriptor>,
                                                 std::span<const Bytes>) noexcept {
    return {0, std::make_error_code(std::errc::operation_not_supported)};
}

std::optional<std::size_t> StreamTransport::send_from_file(int, std::uint64_t,
                                                           std::size_t) noexcept {
    return std::nullopt;
}

// Each callback may end the connection, and change what is due after it.
void StreamTransport::notify() noexcept {
    if (!closing_ && output_ended_ && !output_end_told_) {
        output_end_told_ = true;
        call("write_connection_lost", [this] { protocol_->write_connection_lost(); });
    }
    if (!closing_ && mark_passed()) {
        above_mark_ = !above_mark_;
        full_told_ = false;
        if (above_mark_) {
            call("write_paused", [this] { protocol_->write_paused(); });
        } else {
            call("write_resumed", [this] { protocol_->write_resumed(); });
        }
    }
    if (!finished_ && producer_waits()) {
        producer_paused_ = false;
        pull_due_ = false;
        call_producer(*producer(), "resume_producing",
                      [](Producer& producer) { producer.resume_producing(); });
    }
    if (!closing_ && resume_untold()) {
        resumed_ = false;
        call("read_resumed", [this] { protocol_->read_resumed(); });
    }
}

void StreamTransport::watch_what_matters() noexcept {
    const bool reading = !closing_ && !input_ended_ && pauses_ == 0 && !(accepted_ && above_mark_);
    const bool writing = blocked_;
    const bool ending = closing_ || output_ending_ != output_ended_;
    const bool over = input_ended_ && output_ended_; // and the protocol has not closed
    if (!ending && !over) {
        expect_no_progress();
    } else if (!end_due_) {
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
    if (patient()) {
        return;
    }
    end_due_ = true;
    progress_ = 0;
    end_timer_ = turn_.clock().call_later(turn_.limits().close_timeout, [this] { no_progress(); });
}

void StreamTransport::no_progress() noexcept {
    const bool held_back = !peer_waited_for() && producer_last_ && producer()->held();
    if (held_back || owes()) { // it is not the peer that we wait for
        expect_progress();
    } else {
        finish(Errc::timed_out, true);
    }
}

void StreamTransport::expect_no_progress() noexcept {
    if (end_due_) {
        end_due_ = false;
        end_timer_.cancel();
    }
}

void StreamTransport::progressed(std::size_t sent) noexcept {
    if (end_due_ && sent > 0) {
        progress_ = static_cast<std::uint16_t>(std::min(progress_ + sent, progress_from));
        if (progress_ == progress_from || !peer_waited_for()) {
            expect_no_progress(); // the peer has its time anew
        }
    }
}

void StreamTransport::finish(std::error_code reason, bool reset) noexcept {
    if (finished_) {
        return;
    }
    finished_ = true;
    closing_ = true;
    reason_ = reason;
    producer_last_ = false;
    queue_.clear();
    leave_tape();
    descriptors_.reset();
    expect_no_progress();
    stop_producer();
    leave_consumers();
    close(reset);
}

void StreamTransport::stop_producer() noexcept {
    if (Producer* stopped = producer()) {
        set_producer(nullptr);
        call_producer(*stopped, "stop_producing",
                      [](Producer& producer) { producer.stop_producing(); });
    }
}

template <class Callback>
void StreamTransport::call(const char* name, Callback callback) noexcept {
    try {
        callback();
    } catch (...) {
        const Protocol& protocol = unwrapped(*protocol_);
        detail::report_callback(typeid(protocol), name, peer());
        finish(Errc::callback_threw, false);
    }
}

template <class Callback>
void StreamTransport::call_producer(Producer& producer, const char* name,
                                    Callback callback) noexcept {
    const std::type_info& type = typeid(producer); // it may be gone when it has thrown
    try {
        callback(producer);
    } catch (...) {
        detail::report_callback(type, name, peer());
        finish(Errc::callback_threw, false);
    }
}

bool Turn::run() {
    detail::IntrusiveList<StreamTransport, Turn> now;
    detail::IntrusiveList<DatagramPort, Turn> ports;
    now.splice(waiting_);
    ports.splice(ports_);
    while (!now.empty()) {
        now.pop_front().work();
    }
    while (!ports.empty()) {
        ports.pop_front().work();
    }
    return !idle();
}

void Turn::send() {
    waiting_.for_each([](StreamTransport& transport) {
        if (!transport.finished_) {
            transport.flush();
        }
    });
    ports_.for_each([](DatagramPort& port) {
        if (!port.stopped_) {
            port.send_all();
        }
    });
}

} // namespace hawser
