// SPDX-License-Identifier: MIT
#include "socket_transport.h"

#include "loop.h"
#include "no_pipe_signal.h"
#include "socket_address.h"
#include "socket_options.h"

#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hawser::detail {

namespace {

bool would_block(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK;
}

std::error_code system_error(int error) noexcept {
    return {error, std::system_category()};
}

constexpr std::size_t most_descriptors = 253; // that Linux carries in one message

// What recvmsg() and sendmsg() have for descriptors.
struct DescriptorRoom {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * most_descriptors)> bytes;
};

void attach(msghdr& message, DescriptorRoom& room, std::span<const Descriptor> descriptors) {
    message.msg_control = room.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    unsigned char* at = CMSG_DATA(header);
    for (const Descriptor& descriptor : descriptors) {
        const int fd = descriptor.get();
        std::memcpy(at, &fd, sizeof(fd));
        at += sizeof(fd);
    }
}

ssize_t send_pieces(int fd, std::span<const Bytes> pieces,
                    std::span<const Descriptor> descriptors) noexcept {
    if (pieces.size() == 1 && descriptors.empty()) {
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
    DescriptorRoom room;
    if (!descriptors.empty()) {
        attach(message, room, descriptors);
    }
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

} // namespace

SocketTransport* SocketTransport::start(Loop& loop, Side side, Descriptor socket, Address peer,
                                        std::unique_ptr<Protocol> protocol,
                                        std::shared_ptr<Factory> factory, std::error_code& error) {
    // Not a unique_ptr: from uv_poll_init() on, only the close callback may free it.
    auto* transport = new SocketTransport(loop, side, std::move(socket), std::move(peer));
    const int watched = uv_poll_init(loop.uv(), &transport->poll_, transport->socket_.get());
    if (watched < 0) {
        error = uv_error(watched);
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

void SocketTransport::set_options(const SocketOptions& options) {
    if (!finished()) { // afterwards it does nothing, like all that is asked of a transport
        set_socket_options(socket_.get(), options, SocketUse::other);
    }
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
        watch_again();
    } else if ((events & UV_PRIORITIZED) != 0 && !finished()) {
        urgent();
    }
}

// One slab a turn, so that no connection starves the others; to the end when an error waits
// behind the last bytes.
void SocketTransport::read(bool to_the_end) noexcept {
    const std::span<char> slab = loop().slab();
    do {
        const ssize_t count = descriptors_wanted_
                                  ? receive_with_descriptors(slab)
                                  : ::recv(socket_.get(), slab.data(), slab.size(), 0);
        if (count > 0) {
            received(Bytes(slab.data(), static_cast<std::size_t>(count)));
        } else if (send_error_ != 0) {
            broken(system_error(send_error_));
        } else if (count == 0) {
            read_out_ = true;
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

// Tells of the descriptors. Not the way of every read: to make room for them has its price.
ssize_t SocketTransport::receive_with_descriptors(std::span<char> slab) noexcept {
    iovec vector{slab.data(), slab.size()};
    DescriptorRoom room;
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = room.bytes.size();
    const ssize_t count = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
    if (count < 0) {
        return count;
    }
    std::array<Descriptor, most_descriptors> came;
    std::size_t many = 0;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t size = header->cmsg_len - CMSG_LEN(0);
        for (std::size_t at = 0; at + sizeof(int) <= size && many < came.size();
             at += sizeof(int)) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + at, sizeof(fd));
            came[many++] = Descriptor(fd);
        }
    }
    if ((message.msg_flags & MSG_CTRUNC) != 0) {
        errno = EMFILE; // which one is missing nobody can tell, so none is given
        return -1;
    }
    for (Descriptor& descriptor : std::span(came).first(many)) {
        received(std::move(descriptor));
    }
    return count;
}

void SocketTransport::look_for_error() noexcept {
    if (!tell_error() && !finished()) {
        watch_again(); // libuv has stopped it
    }
}

bool SocketTransport::tell_error() noexcept {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error == 0) {
        error = send_error_;
    }
    if (error != 0) {
        broken(system_error(error));
    }
    return error != 0;
}

// Nothing was watched but errors, see watch(); or the peer sends urgent data, which is no news.
void SocketTransport::urgent() noexcept {
    pollfd now{socket_.get(), 0, 0};
    const bool hung_up = ::poll(&now, 1, 0) == 1 && (now.revents & POLLHUP) != 0;
    if (tell_error()) {
        return;
    }
    if (hung_up && read_out_ && !output_ended()) { // a Unix socket's peer has gone for good
        broken(system_error(EPIPE));
        return;
    }
    uv_poll_stop(&poll_); // it stays so, and would be told in every turn
}

StreamTransport::Sent SocketTransport::send(std::span<const Bytes> pieces) noexcept {
    return send_message(pieces, {});
}

StreamTransport::Sent SocketTransport::send_with(std::span<const Descriptor> descriptors,
                                                 std::span<const Bytes> pieces) noexcept {
    return send_message(pieces, descriptors);
}

StreamTransport::Sent SocketTransport::send_message(std::span<const Bytes> pieces,
                                                    std::span<const Descriptor> with) noexcept {
    for (;;) {
        const ssize_t count = send_pieces(socket_.get(), pieces, with);
        if (count >= 0) {
            return {static_cast<std::size_t>(count), {}};
        }
        if (would_block(errno)) {
            return {};
        }
        if (errno == EINTR) {
            continue;
        }
        if (!reading() || read_out_) {
            return {0, last_error()};
        }
        // The peer is gone, but its last words may still be there to read.
        send_error_ = static_cast<std::uint16_t>(errno); // 133 is the last
        return {};
    }
}

std::optional<std::size_t> SocketTransport::send_from_file(int file, std::uint64_t offset,
                                                           std::size_t count) noexcept {
    const NoPipeSignal no_signal;
    auto at = static_cast<off_t>(offset);
    const ssize_t sent = ::sendfile(socket_.get(), file, &at, count);
    if (sent > 0) {
        return static_cast<std::size_t>(sent);
    }
    return sent < 0 && would_block(errno) ? std::optional<std::size_t>(0) : std::nullopt;
}

void SocketTransport::watch(bool reading, bool writing) noexcept {
    int events = (reading ? UV_READABLE : 0) | (writing ? UV_WRITABLE : 0);
    if (events == 0) {
        // Paused: still notice that the peer is gone. When it has ended its direction that stays
        // ready for ever; what is seldom ready brings errors along.
        events = hang_up_seen_ || read_out_ ? UV_PRIORITIZED : UV_DISCONNECT;
    }
    const int code = uv_poll_start(&poll_, events, &on_poll);
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
    } else if (!read_out_ && discard_input()) {
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
    end_timer() = loop().timers().add(loop().options().linger_time, [this] { let_go(); });
}

void SocketTransport::hurry() noexcept {
    if (finished() && end_timer().active()) { // it lingers
        let_go();
    }
}

void SocketTransport::let_go() noexcept {
    end_timer().cancel();
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
        auto* transport = static_cast<SocketTransport*>(handle->data);
        transport->closed();
        delete transport;
    });
}

} // namespace hawser::detail
