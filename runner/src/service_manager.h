// SPDX-License-Identifier: MIT
/// \file
/// ServiceManager, whoever started us and wants to know how we are: systemd, with sd_notify(3).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace hawser::runner {

/// Sends what it is told to the socket that NOTIFY_SOCKET names. Without that variable nobody
/// waits for it, and every call does nothing.
///
/// A manager that does not listen is a warning in the log, and holds us up for a quarter of a
/// second at most.
class ServiceManager {
public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment:
    /// processes that we start are not meant by them. Call it while there is one thread.
    ServiceManager();

    /// All ports are bound: what waits for us may go on. After a reload too.
    void ready(std::string_view status = {}) const;
    /// Reading the configuration anew, until the next ready().
    void reloading() const;
    /// About to end.
    void stopping(std::string_view status = {}) const;
    /// One line for `systemctl status`, cut after 1024 bytes.
    void status(std::string_view text) const;
    /// Alive. Watchdog says it in time.
    void alive() const;

    /// How often alive() must come at least; zero: it need not.
    [[nodiscard]] std::chrono::microseconds watchdog() const noexcept { return watchdog_; }

private:
    void send(std::string_view message) const;

    std::string socket_; // as the kernel has it, "\0name" for "@name"; empty: nobody waits
    std::chrono::microseconds watchdog_{0};
};

} // namespace hawser::runner
