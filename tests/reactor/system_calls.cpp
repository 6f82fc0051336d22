// SPDX-License-Identifier: MIT
#include "system_calls.h"

#include <sys/epoll.h>
#include <sys/sendfile.h>
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

extern "C" ssize_t sendfile(int out, int in, off_t* offset, size_t count) noexcept {
    ++system_calls.sendfile;
    return ::syscall(SYS_sendfile, out, in, offset, count);
}

extern "C" int close_range(unsigned first, unsigned last, int flags) noexcept {
    if (!system_calls.has_close_range) {
        errno = ENOSYS;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_close_range, first, last, flags));
}

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const long result = ::syscall(SYS_clock_gettime, clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
        time->tv_sec += system_calls.wall_clock_ahead;
    }
    return static_cast<int>(result);
}

extern "C" int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
    ++system_calls.epoll_ctl;
    return static_cast<int>(::syscall(SYS_epoll_ctl, epoll, operation, fd, event));
}

extern "C" int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
    if (system_calls.option_error != 0 && level == system_calls.option_level &&
        name == system_calls.option_name) {
        errno = system_calls.option_error;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_setsockopt, fd, level, name, value, size));
}
