// SPDX-License-Identifier: MIT
#include <hawser/reactor/blocking_stream.h>

#include "threaded_connection.h"

#include <hawser/core/error.h>

#include <utility>

namespace hawser {

BlockingStream::BlockingStream(std::shared_ptr<detail::ThreadedConnection> connection) noexcept
    : connection_(std::move(connection)) {}

BlockingStream::~BlockingStream() = default;

std::string BlockingStream::read_some(std::size_t most) {
    return connection_->read_some(most);
}

std::string BlockingStream::read_exactly(std::size_t count) {
    return connection_->read_exactly(count);
}

std::optional<std::string> BlockingStream::read_until(std::string_view delimiter,
                                                      std::size_t limit) {
    return connection_->read_until(delimiter, limit);
}

std::optional<std::string> BlockingStream::read_line(std::size_t limit) {
    auto line = connection_->read_until("\n", limit);
    if (line && line->ends_with('\r')) {
        line->pop_back();
    }
    return line;
}

void BlockingStream::write(Bytes data) {
    connection_->write(data);
}

void BlockingStream::close() {
    connection_->end();
}

void BlockingStream::abort() {
    connection_->end(Errc::aborted);
}

void BlockingStream::set_timeout(std::optional<std::chrono::milliseconds> timeout) {
    connection_->set_timeout(timeout);
}

const Address& BlockingStream::peer() const noexcept {
    return connection_->peer();
}

const Address& BlockingStream::host() const noexcept {
    return connection_->host();
}

} // namespace hawser
