// SPDX-License-Identifier: MIT
#include "stream.h"

#include "text.h"

#include <algorithm>
#include <utility>

namespace bench {
namespace {

constexpr std::size_t period = 64 * 1024;

} // namespace

// Twice the pattern: a piece that wraps around is in one piece all the same.
Stream::Stream(Options options, Poller& poller)
    : options_(std::move(options)), poller_(poller), pattern_(random_letters(period)) {
    pattern_ += pattern_;
}

void Stream::start() {
    for (Socket& socket : connect_all(options_.where, options_.connections)) {
        poller_.add(socket, EPOLLIN, static_cast<std::uint32_t>(connections_.size()));
        Connection connection;
        connection.socket = std::move(socket);
        connections_.push_back(std::move(connection));
    }
    for (std::uint32_t key = 0; key < connections_.size(); ++key) {
        send_more(key);
    }
}

void Stream::ready(std::uint32_t key, std::uint32_t events) {
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
        receive(key);
    }
    if (!finishing()) {
        send_more(key);
    }
}

/// Sends until so much is on its way as the options say, or until the kernel takes no more.
void Stream::send_more(std::uint32_t key) {
    Connection& connection = connections_[key];
    bool blocked = false;
    while (!blocked && connection.sent - connection.received < options_.size) {
        const std::size_t room =
            options_.size - static_cast<std::size_t>(connection.sent - connection.received);
        const std::size_t wanted = std::min(room, period);
        const std::size_t sent = connection.socket.send(pattern_at(key, connection.sent, wanted));
        connection.sent += sent;
        blocked = sent != wanted;
    }
    if (blocked != connection.blocked) {
        connection.blocked = blocked;
        poller_.change(connection.socket, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, key);
    }
}

void Stream::finish() {
    Scenario::finish();
    for (std::uint32_t key = 0; key < connections_.size(); ++key) {
        poller_.change(connections_[key].socket, EPOLLIN, key);
    }
}

std::size_t Stream::unanswered() const {
    return static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(), [](const Connection& connection) {
            return connection.received != connection.sent;
        }));
}

void Stream::receive(std::uint32_t key) {
    Connection& connection = connections_[key];
    const auto data = connection.socket.receive();
    if (!data) {
        return;
    }
    for (std::size_t at = 0; at < data->size(); at += period) {
        const std::string_view part = data->substr(at, period);
        check_same(part, pattern_at(key, connection.received, part.size()), key);
        connection.received += part.size();
    }
    const std::uint64_t before = tally_.bytes / period;
    tally_.bytes += data->size();
    tally_.operations += tally_.bytes / period - before;
}

std::string_view Stream::pattern_at(std::uint32_t key, std::uint64_t position,
                                    std::size_t size) const noexcept {
    // Each connection is at another place of the pattern, so that mixing them up is seen.
    return std::string_view(pattern_).substr((position + key * 101ULL) % period, size);
}

} // namespace bench
