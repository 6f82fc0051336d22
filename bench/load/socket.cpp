// SPDX-License-Identifier: MIT
#include "socket.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace bench {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr timeval longest_connect{5, 0};

void come_from(int descriptor, std::uint32_t spread) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + spread % 250);
    const int on = 1;
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        fail("cannot bind to an address of the loopback net", errno);
    }
}

} // namespace

void Socket::close() noexcept {
    if (descriptor_ >= 0) {
        ::close(std::exchange(descriptor_, -1));
    }
}

std::size_t Socket::send(std::string_view data) const {
    const ssize_t count = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) {
            return 0;
        }
        fail("cannot send", errno);
    }
    return static_cast<std::size_t>(count);
}

std::optional<std::string_view> Socket::receive() const {
    static const auto buffer = std::make_unique_for_overwrite<char[]>(buffer_size);
    const ssize_t count = ::recv(descriptor_, buffer.get(), buffer_size, 0);
    if (count == 0) {
        throw std::runtime_error("the server closed the connection");
    }
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) {
            return std::nullopt;
        }
        fail("cannot receive", errno);
    }
    return std::string_view(buffer.get(), static_cast<std::size_t>(count));
}

Socket connect_to(const Where& where, std::uint32_t spread) {
    const std::string what = "cannot connect to " + where.text;
    Socket socket(::socket(where.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int descriptor = socket.descriptor();
    if (descriptor < 0) {
        fail(what, errno);
    }
    if (!where.is_unix()) {
        const int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        if (spread != 0) {
            come_from(descriptor, spread);
        }
    }
    // Blocking, and bounded: on the loopback the kernel answers for the server, at once.
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &longest_connect, sizeof(longest_connect));
    if (connect(descriptor, where.socket_address(), where.length) != 0) {
        fail(what, errno == EAGAIN || errno == EINPROGRESS ? ETIMEDOUT : errno);
    }
    if (fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
        fail(what, errno);
    }
    return socket;
}

Poller::Poller() : descriptor_(epoll_create1(EPOLL_CLOEXEC)) {
    if (descriptor_ < 0) {
        fail("cannot make an epoll descriptor", errno);
    }
}

Poller::~Poller() {
    ::close(descriptor_);
}

void Poller::add(const Socket& socket, std::uint32_t events, std::uint32_t key) const {
    epoll_event event{};
    event.events = events;
    event.data.u32 = key;
    if (epoll_ctl(descriptor_, EPOLL_CTL_ADD, socket.descriptor(), &event) != 0) {
        fail("cannot watch a connection", errno);
    }
}

void Poller::change(const Socket& socket, std::uint32_t events, std::uint32_t key) const {
    epoll_event event{};
    event.events = events;
    event.data.u32 = key;
    if (epoll_ctl(descriptor_, EPOLL_CTL_MOD, socket.descriptor(), &event) != 0) {
        fail("cannot watch a connection", errno);
    }
}

std::span<const epoll_event> Poller::wait(std::chrono::nanoseconds longest) {
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(longest);
    const int count = epoll_wait(descriptor_, ready_.data(), static_cast<int>(ready_.size()),
                                 static_cast<int>(timeout.count()));
    return std::span<const epoll_event>(ready_).first(static_cast<std::size_t>(std::max(count, 0)));
}

} // namespace bench
