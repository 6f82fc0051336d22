// SPDX-License-Identifier: MIT
#include "system_calls.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace reactor_test {

SystemCalls system_calls;

} // namespace reactor_test

using reactor_test::system_calls;

// The dynamic linker takes a symbol of the program before that of a library: hawser and libuv,
// which are shared, call these.

extern "C" int accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
    ++system_calls.accept4;
    if (system_calls.accept4_failures > 0) {
        --system_calls.accept4_failures;
        errno = system_calls.accept4_error;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_accept4, fd, address, size, flags));
}

extern "C" ssize_t recv(int fd, void* buffer, size_t size, int flags) {
    ++system_calls.recv;
    return ::recvfrom(fd, buffer, size, flags, nullptr, nullptr);
}

extern "C" ssize_t send(int fd, const void* data, size_t size, int flags) {
    ++system_calls.send;
    return ::sendto(fd, data, size, flags, nullptr, 0);
}

extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    ++system_calls.send;
    return ::syscall(SYS_sendmsg, fd, message, flags);
}

extern "C" int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
    ++system_calls.epoll_ctl;
    return static_cast<int>(::syscall(SYS_epoll_ctl, epoll, operation, fd, event));
}
