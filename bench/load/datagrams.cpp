// SPDX-License-Identifier: MIT
#include "datagrams.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>

namespace bench {

namespace {

Socket connected_socket(const Where& where) {
    Socket socket(::socket(where.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (connect(socket.descriptor(), where.socket_address(), where.length) != 0) {
        fail("cannot connect to " + where.text, errno);
    }
    return socket;
}

} // namespace

Datagrams::Datagrams(const Options& options, Poller& poller)
    : options_(options), poller_(poller), text_(options.size - sizeof(std::uint32_t), 1),
      turns_(options.connections), waiting_(options.connections) {
    for (std::size_t i = 0; i < batch; ++i) {
        in_pieces_[i] = {received_.get() + i * longest, longest};
        out_pieces_[i] = {queued_.get() + i * longest, options.size};
        in_[i].msg_hdr.msg_iov = &in_pieces_[i];
        out_[i].msg_hdr.msg_iov = &out_pieces_[i];
        in_[i].msg_hdr.msg_iovlen = out_[i].msg_hdr.msg_iovlen = 1;
    }
}

void Datagrams::start() {
    socket_ = connected_socket(options_.where);
    poller_.add(socket_, EPOLLIN, 0);
    for (std::uint32_t slot = 0; slot < options_.connections; ++slot) {
        queue(slot);
    }
    send_queued();
}

void Datagrams::ready(std::uint32_t, std::uint32_t) {
    receive();
    send_queued();
}

void Datagrams::receive() {
    const int count = recvmmsg(socket_.descriptor(), in_.data(), batch, 0, nullptr);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
        fail("cannot receive", errno);
    }
    for (int i = 0; i < count; ++i) {
        const mmsghdr& message = in_[static_cast<std::size_t>(i)];
        check({static_cast<const char*>(message.msg_hdr.msg_iov->iov_base), message.msg_len});
    }
}

void Datagrams::check(std::string_view data) {
    std::uint32_t slot = 0;
    if (data.size() >= sizeof(slot)) {
        std::memcpy(&slot, data.data(), sizeof(slot));
    }
    if (data.size() < sizeof(slot) || slot >= turns_.size() || !waiting_[slot]) {
        throw std::runtime_error("a datagram came back that was not sent");
    }
    check_same(data.substr(sizeof(slot)), text_.piece(slot, turns_[slot]), slot);
    tally_.bytes += data.size();
    ++tally_.operations;
    --unanswered_;
    waiting_[slot] = false;
    ++turns_[slot];
    if (!finishing()) {
        queue(slot);
    }
}

void Datagrams::queue(std::uint32_t slot) {
    char* const at = queued_.get() + queued_count_ * longest;
    const std::string_view text = text_.piece(slot, turns_[slot]);
    std::memcpy(at, &slot, sizeof(slot));
    std::memcpy(at + sizeof(slot), text.data(), text.size());
    waiting_[slot] = true;
    ++unanswered_;
    if (++queued_count_ == batch) {
        send_queued();
    }
}

void Datagrams::send_queued() {
    for (std::size_t done = 0; done < queued_count_;) {
        const int count = sendmmsg(socket_.descriptor(), &out_[done],
                                   static_cast<unsigned>(queued_count_ - done), 0);
        if (count < 0) {
            fail("cannot send", errno);
        }
        done += static_cast<std::size_t>(count);
    }
    queued_count_ = 0;
}

} // namespace bench
