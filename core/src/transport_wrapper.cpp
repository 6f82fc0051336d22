// SPDX-License-Identifier: MIT
#include <hawser/core/transport_wrapper.h>

#include <cassert>

namespace hawser {

TransportWrapper::TransportWrapper() noexcept = default;
TransportWrapper::~TransportWrapper() = default;

Transport& TransportWrapper::wrapped() const noexcept {
    assert(wrapped_ != nullptr);
    return *wrapped_;
}

void TransportWrapper::write(Bytes data) {
    wrapped().write(data);
}

void TransportWrapper::write(const SharedBytes& data) {
    wrapped().write(data);
}

void TransportWrapper::write_sequence(std::span<const Bytes> pieces) {
    wrapped().write_sequence(pieces);
}

std::optional<std::size_t> TransportWrapper::write_file(int file, std::uint64_t offset,
                                                        std::size_t count) {
    return wrapped().write_file(file, offset, count);
}

void TransportWrapper::send_descriptor(int fd) {
    wrapped().send_descriptor(fd);
}

void TransportWrapper::receive_descriptors(bool wanted) {
    wrapped().receive_descriptors(wanted);
}

// Reading ends with these three: as a producer we have given our last byte.

void TransportWrapper::lose_connection(std::error_code reason) {
    wrapped().lose_connection(reason);
    leave_consumers();
}

void TransportWrapper::abort_connection(std::error_code reason) {
    wrapped().abort_connection(reason);
    leave_consumers();
}

void TransportWrapper::stop_producing() {
    wrapped().stop_producing();
    leave_consumers();
}

void TransportWrapper::lose_write_connection() {
    wrapped().lose_write_connection();
}

void TransportWrapper::pause_producing() {
    wrapped().pause_producing();
}

void TransportWrapper::resume_producing() {
    wrapped().resume_producing();
}

void TransportWrapper::register_producer(Producer& producer, bool streaming) {
    wrapped().register_producer(producer, streaming);
}

void TransportWrapper::unregister_producer() {
    wrapped().unregister_producer();
}

std::size_t TransportWrapper::queued() const noexcept {
    return wrapped().queued();
}

std::optional<Clock::time_point> TransportWrapper::stalled_since() const noexcept {
    return wrapped().stalled_since();
}

bool TransportWrapper::full() const noexcept {
    return wrapped().full();
}

bool TransportWrapper::closing() const noexcept {
    return wrapped().closing();
}

bool TransportWrapper::paused() const noexcept {
    return wrapped().paused();
}

bool TransportWrapper::delivering() const noexcept {
    return wrapped().delivering();
}

void TransportWrapper::set_write_marks(std::size_t high, std::size_t low) {
    wrapped().set_write_marks(high, low);
}

void TransportWrapper::set_write_limit(std::size_t limit) {
    wrapped().set_write_limit(limit);
}

Address TransportWrapper::peer() const {
    return wrapped().peer();
}

Address TransportWrapper::host() const {
    return wrapped().host();
}

void TransportWrapper::set_options(const SocketOptions& options) {
    wrapped().set_options(options);
}

int TransportWrapper::descriptor() const noexcept {
    return wrapped().descriptor();
}

} // namespace hawser
