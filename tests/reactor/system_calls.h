// SPDX-License-Identifier: MIT
/// \file
/// system_calls, a seam below the reactor: this program's own accept4(2), recv(2), send(2),
/// sendmsg(2) and epoll_ctl(2), which count and can fail.
#pragma once

#include <cstddef>

namespace reactor_test {

/// How often hawser and libuv have called the system since the counts were last reset. They share
/// these with a test's raw peers, so a test that counts drives those by read(2) and write(2).
struct SystemCalls {
    std::size_t accept4 = 0;
    std::size_t recv = 0;
    std::size_t send = 0; ///< send(2) and sendmsg(2)
    std::size_t epoll_ctl = 0;
    int accept4_error = 0;            ///< not 0: what accept4() fails with
    std::size_t accept4_failures = 0; ///< how often it still does
};

extern SystemCalls system_calls;

/// accept4() fails with \p error as long as this lives, or \p times.
class FailingAccept {
public:
    explicit FailingAccept(int error, std::size_t times = static_cast<std::size_t>(-1)) {
        system_calls = {};
        system_calls.accept4_error = error;
        system_calls.accept4_failures = times;
    }
    FailingAccept(const FailingAccept&) = delete;
    FailingAccept& operator=(const FailingAccept&) = delete;
    ~FailingAccept() { system_calls.accept4_failures = 0; }
};

} // namespace reactor_test
