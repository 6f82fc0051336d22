// SPDX-License-Identifier: MIT
#include "udp_echo.h"

#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace bench {

namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t longest = 2048;

struct Buffers {
    std::array<mmsghdr, batch> headers{};
    std::array<iovec, batch> pieces{};
    std::array<sockaddr_storage, batch> from{};
    std::unique_ptr<char[]> slab = std::make_unique_for_overwrite<char[]>(batch * longest);

    Buffers() {
        for (std::size_t i = 0; i < batch; ++i) {
            headers[i].msg_hdr.msg_iov = &pieces[i];
            headers[i].msg_hdr.msg_iovlen = 1;
            headers[i].msg_hdr.msg_name = &from[i];
            pieces[i].iov_base = slab.get() + i * longest;
        }
        prepare(batch);
    }

    void prepare(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
            pieces[i].iov_len = longest;
        }
    }
};

int bound_socket(const Where& where) {
    const int fd = socket(where.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, where.socket_address(), where.length) != 0) {
        fail("cannot bind " + where.text, errno);
    }
    return fd;
}

/// True when there may be more.
bool answer_batch(int fd, Buffers& buffers) {
    const int received = recvmmsg(fd, buffers.headers.data(), batch, 0, nullptr);
    if (received <= 0) {
        return false;
    }
    const auto count = static_cast<std::size_t>(received);
    for (std::size_t i = 0; i < count; ++i) {
        buffers.pieces[i].iov_len = buffers.headers[i].msg_len;
    }
    for (std::size_t done = 0; done < count;) {
        const int sent =
            sendmmsg(fd, &buffers.headers[done], static_cast<unsigned>(count - done), 0);
        done += sent > 0 ? static_cast<std::size_t>(sent) : 1; // one that does not go is dropped
    }
    buffers.prepare(count);
    return count == batch;
}

} // namespace

void run_udp_echo(const Where& where) {
    const int fd = bound_socket(where);
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("cannot watch " + where.text, errno);
    }
    Buffers buffers;
    for (;;) {
        std::array<epoll_event, 16> ready{};
        if (epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), -1) > 0) {
            for (int batches = 0; batches < 4 && answer_batch(fd, buffers); ++batches) {
            }
        }
    }
}

} // namespace bench
