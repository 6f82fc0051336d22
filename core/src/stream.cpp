// SPDX-License-Identifier: MIT
#include <hawser/core/stream.h>

#include "stream_pipe.h"

#include <hawser/core/network.h>
#include <hawser/core/transport.h>

#include <cassert>
#include <utility>

namespace hawser {

using Want = Stream::Pipe::Want;

Stream::Stream(std::shared_ptr<Pipe> pipe) noexcept : pipe_(std::move(pipe)) {}

Stream::Stream(Stream&& other) noexcept = default;

Stream& Stream::operator=(Stream&& other) noexcept {
    if (this != &other) {
        const Stream before(std::exchange(pipe_, std::move(other.pipe_)));
    }
    return *this;
}

Stream::~Stream() {
    if (pipe_) {
        pipe_->close();
    }
}

Deferred<std::optional<std::string>> Stream::read_some(std::size_t most) {
    assert(most > 0);
    return pipe_->read(Want{Want::Kind::some, most, {}});
}

Deferred<std::optional<std::string>> Stream::read_exactly(std::size_t count) {
    return pipe_->read(Want{Want::Kind::exactly, count, {}});
}

Deferred<std::optional<std::string>> Stream::read_until(std::string_view delimiter,
                                                        std::size_t limit) {
    assert(!delimiter.empty());
    return pipe_->read(Want{Want::Kind::until, limit, std::string(delimiter)});
}

Deferred<std::optional<std::string>> Stream::read_line(std::size_t limit) {
    return pipe_->read(Want{Want::Kind::line, limit, "\n"});
}

Deferred<> Stream::write(Bytes data) {
    return pipe_->write(data);
}

Deferred<> Stream::write(const SharedBytes& data) {
    return pipe_->write(data);
}

Deferred<> Stream::drain() {
    return pipe_->drain();
}

Deferred<> Stream::finish() {
    return pipe_->finish();
}

Deferred<> Stream::close() {
    pipe_->close();
    return detail::told_elsewhere(pipe_->closed());
}

void Stream::abort() {
    if (Transport* transport = pipe_->transport()) {
        transport->abort_connection();
    }
}

Deferred<> Stream::peer_ended() {
    return pipe_->peer_ended();
}

Deferred<> Stream::closed() {
    return pipe_->closed();
}

Transport* Stream::transport() const noexcept {
    return pipe_->transport();
}

Address Stream::peer() const {
    return pipe_->peer();
}

Deferred<Stream> connect_stream(Network& network, const Endpoint& endpoint) {
    return network.connect<StreamProtocol>(endpoint).then(
        [](StreamProtocol* protocol) { return protocol->stream(); });
}

StreamProtocol::StreamProtocol() : StreamProtocol(std::make_shared<Stream::Pipe>(), nullptr) {}

StreamProtocol::StreamProtocol(std::shared_ptr<Stream::Pipe> pipe,
                               UniqueFunction<void(Stream)> begin)
    : pipe_(std::move(pipe)), begin_(std::move(begin)) {}

// In memory a connection may go without an end.
StreamProtocol::~StreamProtocol() {
    if (pipe_->transport() != nullptr) {
        const std::shared_ptr<Stream::Pipe> kept = pipe_;
        kept->lost(Errc::aborted);
    }
}

void StreamProtocol::connection_made() {
    pipe_->made(transport());
    if (begin_) {
        begin_(Stream(pipe_));
    }
}

void StreamProtocol::data_received(Bytes data) {
    pipe_->received(data);
}

bool StreamProtocol::read_connection_lost() {
    pipe_->ended();
    return true; // whoever has the Stream closes
}

bool StreamProtocol::stop_requested() {
    pipe_->stop();
    return true; // it closes with the Stream
}

void StreamProtocol::write_connection_lost() {
    pipe_->output_ended();
}

void StreamProtocol::connection_lost(std::error_code reason) {
    pipe_->lost(reason);
}

} // namespace hawser
