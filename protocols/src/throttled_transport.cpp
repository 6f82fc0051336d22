// SPDX-License-Identifier: MIT
#include "throttled_transport.h"

#include "guarded.h"

#include <algorithm>
#include <stdexcept>
#include <typeinfo>

namespace hawser {

ThrottledTransport::ThrottledTransport(Meter& writes) noexcept : writes_(writes) {}

ThrottledTransport::~ThrottledTransport() = default;

/// Counts what was queued: what came after the end is dropped.
template <class Write>
void ThrottledTransport::measured(Write write) {
    const std::size_t before = wrapped().queued();
    write();
    const std::size_t after = wrapped().queued();
    writes_.moved(*this, after - std::min(before, after));
}

void ThrottledTransport::write(Bytes data) {
    measured([&] { TransportWrapper::write(data); });
}

void ThrottledTransport::write(const SharedBytes& data) {
    measured([&] { TransportWrapper::write(data); });
}

void ThrottledTransport::write_sequence(std::span<const Bytes> pieces) {
    measured([&] { TransportWrapper::write_sequence(pieces); });
}

std::optional<std::size_t> ThrottledTransport::write_file(int file, std::uint64_t offset,
                                                          std::size_t count) {
    const std::size_t most = writes_.rate() == 0 ? count : std::min(count, writes_.rate());
    const std::optional<std::size_t> taken = TransportWrapper::write_file(file, offset, most);
    writes_.moved(*this, taken.value_or(0));
    return taken;
}

bool ThrottledTransport::full() const noexcept {
    return held_ || TransportWrapper::full();
}

void ThrottledTransport::pause_producing() {
    ++pauses_;
    TransportWrapper::pause_producing();
}

void ThrottledTransport::resume_producing() {
    if (pauses_ > 0) {
        --pauses_;
        TransportWrapper::resume_producing();
    }
}

void ThrottledTransport::register_producer(Producer& producer, bool streaming) {
    if (this->producer() != nullptr) {
        throw std::logic_error("cannot register a second producer");
    }
    set_producer(&producer);
    streaming_ = streaming;
    TransportWrapper::register_producer(gate_, streaming); // may ask for a pause, or stop it
    if (held_) {
        pause_producer();
    }
}

void ThrottledTransport::unregister_producer() {
    set_producer(nullptr);
    producer_paused_ = gate_paused_ = pull_due_ = false;
    TransportWrapper::unregister_producer();
}

void ThrottledTransport::pause_producer() noexcept {
    Producer* const pushing = streaming_ && !producer_paused_ ? producer() : nullptr;
    if (pushing != nullptr) {
        producer_paused_ = true;
        guarded(wrapped(), typeid(*pushing), "pause_producing",
                [pushing] { pushing->pause_producing(); });
    }
}

// What the connection asks of its producer.

void ThrottledTransport::pause_asked() {
    gate_paused_ = true;
    pause_producer();
}

void ThrottledTransport::resume_asked() {
    gate_paused_ = false;
    pull_due_ = !streaming_;
    if (!held_ && producer() != nullptr) {
        producer_paused_ = pull_due_ = false;
        producer()->resume_producing();
    }
}

void ThrottledTransport::stop_asked() {
    if (Producer* const stopped = producer()) {
        set_producer(nullptr);
        stopped->stop_producing();
    }
}

// What the meter asks.

void ThrottledTransport::hold() {
    held_ = true;
    wrapped().pause_producing();
    pause_producer();
    owner_->writing_held();
}

void ThrottledTransport::go_on() noexcept {
    held_ = false;
    wrapped().resume_producing();
    Producer* const waiting = producer();
    if (waiting != nullptr && (streaming_ ? producer_paused_ && !gate_paused_ : pull_due_)) {
        producer_paused_ = pull_due_ = false;
        guarded(wrapped(), typeid(*waiting), "resume_producing",
                [waiting] { waiting->resume_producing(); });
    }
    owner_->writing_goes_on();
}

} // namespace hawser
