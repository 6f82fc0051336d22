// SPDX-License-Identifier: MIT
/// \file
/// system_calls, a seam below the reactor: this program's own accept4(2), recv(2), send(2),
/// sendmsg(2), sendfile(2), epoll_ctl(2) and setsockopt(2), which count or can fail; its
/// close_range(2) and its clocks.
#pragma once

#include <cstddef>
#include <ctime>

namespace reactor_test {

/// How often hawser and libuv have called the system since the counts were last reset. They share
/// these with a test's raw peers, so a test that counts drives those by read(2) and write(2).
struct SystemCalls {
    std::size_t accept4 = 0;
    std::size_t recv = 0;
    std::size_t send = 0; ///< send(2) and sendmsg(2)
    std::size_t sendfile = 0;
    std::size_t epoll_ctl = 0;
    int accept4_error = 0;            ///< not 0: what accept4() fails with
    std::size_t accept4_failures = 0; ///< how often it still does
    int option_error = 0;             ///< not 0: what setsockopt() fails with for this option
    int option_level = 0;
    int option_name = 0;
    bool has_close_range = true;      ///< else as before Linux 5.9
    std::time_t wall_clock_ahead = 0; ///< seconds, of what the kernel says
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

/// setsockopt() of that option fails with \p error as long as this lives.
class FailingOption {
public:
    FailingOption(int level, int name, int error) {
        system_calls.option_level = level;
        system_calls.option_name = name;
        system_calls.option_error = error;
    }
    FailingOption(const FailingOption&) = delete;
    FailingOption& operator=(const FailingOption&) = delete;
    ~FailingOption() { system_calls.option_error = 0; }
};

} // namespace reactor_test
