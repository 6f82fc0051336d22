// SPDX-License-Identifier: MIT
#include "socket_transport.h"

#include "loop.h"
#include "socket_address.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace hawser::detail {

namespace {

bool would_block(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK;
}

std::error_code system_error(int error) noexcept {
    return {error, std::system_category()};
}

ssize_t send_pieces(int fd, std::span<const Bytes> pieces) noexcept {
    if (pieces.size() == 1) {
        return ::send(fd, pieces[0].data(), pieces[0].size(), MSG_NOSIGNAL);
    }
    std::array<iovec, 64> vectors; // as many as StreamTransport offers
    const std::size_t count = std::min(pieces.size(), vectors.size());
    for (std::size_t i = 0; i < count; ++i) {
        vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

} // namespace

SocketTransport* SocketTransport::start(Loop& loop, Side side, Descriptor socket, Address peer,
                                        std::unique_ptr<Protocol> protocol,
                                        std::shared_ptr<Factory> factory) {
    // Not a unique_ptr: from uv_poll_init() on, only the close callback may free it.
    auto* transport = new SocketTransport(loop, side, std::move(socket), std::move(peer));
    const int watched = uv_poll_init(loop.uv(), &transport->poll_, transport->socket_.get());
    if (watched < 0) {
        log(LogLevel::error, "reactor",
            "cannot watch a connection: " + message_of(uv_error(watched)));
        delete transport;
        return nullptr;
    }
    transport->poll_.data = transport;
    loop.transports.push_back(*transport);
    transport->open(std::move(protocol), std::move(factory));
    return transport;
}

SocketTransport::SocketTransport(Loop& loop, Side side, Descriptor socket, Address peer)
    : LoopTransport(loop.turn(), side), socket_(std::move(socket)), peer_(std::move(peer)) {}

SocketTransport::~SocketTransport() {
    end_protocol();
}

Loop& SocketTransport::loop() const noexcept {
    return *static_cast<Loop*>(poll_.loop->data);
}

Address SocketTransport::host() const {
    return local_address(socket_.get());
}

void SocketTransport::on_poll(uv_poll_t* handle, int status, int events) noexcept {
    static_cast<SocketTransport*>(handle->data)->ready(status, events);
}

void SocketTransport::ready(int status, int events) noexcept {
    if (status < 0) {
        // POLLERR: libuv has stopped the watcher. What came before the error is read first.
        if (reading()) {
            read(true);
        } else {
            look_for_error();
        }
        return;
    }
    if ((events & UV_WRITABLE) != 0 && !finished()) {
        if (send_error_ != 0) {
            reading() ? read(true) : look_for_error();
            return;
        }
        writable();
    }
    if ((events & UV_READABLE) != 0 && reading()) {
        read(false);
    } else if (events == UV_DISCONNECT) {
        hang_up_seen_ = true;
        watch(false, false);
    }
}

// One slab a turn, so that no connection starves the others; to the end when an error waits
// behind the last bytes.
void SocketTransport::read(bool to_the_end) noexcept {
    const std::span<char> slab = loop().slab();
    do {
        const ssize_t count = ::recv(socket_.get(), slab.data(), slab.size(), 0);
        if (count > 0) {
            received(Bytes(slab.data(), static_cast<std::size_t>(count)));
        } else if (send_error_ != 0) {
            broken(system_error(send_error_));
        } else if (count == 0) {
            input_ended_ = true;
            ended();
        } else if (!would_block(errno) && errno != EINTR) {
            broken(last_error());
        } else if (to_the_end) {
            look_for_error();
            return;
        }
    } while (to_the_end && reading());
    if (to_the_end && !finished()) {
        look_for_error(); // paused before the end
    }
}

void SocketTransport::look_for_error() noexcept {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0) {
        broken(system_error(error));
    } else if (send_error_ != 0) {
        broken(system_error(send_error_));
    } else if (!finished()) {
        watch(reading(), false);
    }
}

StreamTransport::Sent SocketTransport::send(std::span<const Bytes> pieces) noexcept {
    for (;;) {
        const ssize_t count = send_pieces(socket_.get(), pieces);
        if (count >= 0) {
            return {static_cast<std::size_t>(count), {}};
        }
        if (would_block(errno)) {
            return {};
        }
        if (errno == EINTR) {
            continue;
        }
        if (!reading() || input_ended_) {
            return {0, last_error()};
        }
        // The peer is gone, but its last words may still be there to read.
        send_error_ = errno;
        return {};
    }
}

void SocketTransport::watch(bool reading, bool writing) noexcept {
    int events = (reading ? UV_READABLE : 0) | (writing ? UV_WRITABLE : 0);
    if (events == 0 && !hang_up_seen_ && !input_ended_) {
        events = UV_DISCONNECT; // paused: still notice that the peer is gone
    }
    const int code = events == 0 ? uv_poll_stop(&poll_) : uv_poll_start(&poll_, events, &on_poll);
    if (code < 0) {
        abort_connection(uv_error(code));
    }
}

void SocketTransport::end_output() noexcept {
    ::shutdown(socket_.get(), SHUT_WR); // fails only where the connection is gone: recv() tells
}

void SocketTransport::close(bool reset) noexcept {
    if (reset) {
        const ::linger at_once{1, 0};
        setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    } else if (!input_ended_ && discard_input()) {
        linger();
        return;
    }
    let_go();
}

/// True when the peer is in the middle of sending: there was something, and more may come.
bool SocketTransport::discard_input() noexcept {
    const std::span<char> slab = loop().slab();
    bool discarded = false;
    for (int slabs = 0; slabs < 16; ++slabs) { // 4 MiB in a turn
        const ssize_t count = ::recv(socket_.get(), slab.data(), slab.size(), 0);
        if (count <= 0) {
            return discarded && count < 0 && would_block(errno);
        }
        discarded = true;
    }
    return true;
}

// To close while the peer still sends would be a reset, which can cost it our last words before
// it has read them: RFC 1122, 4.2.2.13. So end our direction, and read on for a moment.
void SocketTransport::linger() noexcept {
    end_output();
    const int code = uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* handle, int status, int) {
        auto* transport = static_cast<SocketTransport*>(handle->data);
        if (status < 0 || !transport->discard_input()) {
            transport->let_go();
        }
    });
    if (code < 0) {
        let_go();
        return;
    }
    linger_deadline_ = loop().timers().add(loop().options().linger_time, [this] { let_go(); });
}

void SocketTransport::hurry() noexcept {
    if (linger_deadline_.active()) {
        let_go();
    }
}

void SocketTransport::let_go() noexcept {
    linger_deadline_.cancel();
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
        auto* transport = static_cast<SocketTransport*>(handle->data);
        transport->closed();
        delete transport;
    });
}

} // namespace hawser::detail
