// SPDX-License-Identifier: MIT
#include "round_trips.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace bench {

RoundTrips::RoundTrips(const Options& options, Poller& poller, std::size_t lines)
    : options_(options), poller_(poller), lines_(lines), text_(options.size, lines) {}

void RoundTrips::start() {
    for (Socket& socket : connect_all(options_.where, options_.connections)) {
        const auto key = static_cast<std::uint32_t>(connections_.size());
        poller_.add(socket, EPOLLIN, key);
        Connection connection;
        connection.socket = std::move(socket);
        connections_.push_back(std::move(connection));
    }
    for (std::uint32_t key = 0; key < connections_.size(); ++key) {
        begin_turn(key);
    }
}

void RoundTrips::ready(std::uint32_t key, std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        send_more(key);
    }
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
        receive(key);
    }
}

void RoundTrips::begin_turn(std::uint32_t key) {
    Connection& connection = connections_[key];
    connection.sent = 0;
    connection.received = 0;
    ++unanswered_;
    send_more(key);
}

void RoundTrips::send_more(std::uint32_t key) {
    Connection& connection = connections_[key];
    const std::string_view piece = text_.piece(key, connection.turn);
    connection.sent += connection.socket.send(piece.substr(connection.sent));
    const bool blocked = connection.sent != piece.size();
    if (blocked != connection.blocked) {
        connection.blocked = blocked;
        poller_.change(connection.socket, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, key);
    }
}

void RoundTrips::receive(std::uint32_t key) {
    Connection& connection = connections_[key];
    const auto data = connection.socket.receive();
    if (!data) {
        return;
    }
    const std::string_view piece = text_.piece(key, connection.turn);
    const std::size_t due = connection.sent - connection.received;
    if (data->size() > due) {
        throw std::runtime_error("connection " + std::to_string(key) +
                                 ": more came back than was sent");
    }
    check_same(*data, piece.substr(connection.received, data->size()), key);
    connection.received += data->size();
    tally_.bytes += data->size();
    if (connection.received == piece.size()) {
        tally_.operations += lines_;
        --unanswered_;
        ++connection.turn;
        if (finishing()) {
            connection.sent = 0; // nothing is due any more
            connection.received = 0;
        } else {
            begin_turn(key);
        }
    }
}

} // namespace bench
