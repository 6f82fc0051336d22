// SPDX-License-Identifier: MIT
#include "service_manager.h"

#include <hawser/core/descriptor.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <system_error>

namespace hawser::runner {

namespace {

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string taken = value == nullptr ? "" : value;
    ::unsetenv(name);
    return taken;
}

std::int64_t positive(const std::string& text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size()
               ? std::max<std::int64_t>(number, 0)
               : 0;
}

bool fits(const std::string& socket) noexcept {
    return (socket.starts_with('/') || socket.starts_with('@')) && socket.size() > 1 &&
           socket.size() < sizeof(sockaddr_un::sun_path);
}

// systemd takes messages of 4096 bytes and drops longer ones whole, READY=1 and all.
constexpr std::size_t longest_status = 1024;

std::string status_line(std::string_view text) {
    return text.empty() ? ""
                        : fmt::format("STATUS={}\n", printable(text.substr(0, longest_status)));
}

// CLOCK_MONOTONIC of this moment, which the manager compares with its own.
std::int64_t monotonic_microseconds() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

} // namespace

ServiceManager::ServiceManager() : socket_(take_variable("NOTIFY_SOCKET")) {
    const std::int64_t interval = positive(take_variable("WATCHDOG_USEC"));
    const std::string watched = take_variable("WATCHDOG_PID");
    if (!socket_.empty() && !fits(socket_)) {
        log(LogLevel::warning, "service_manager", "cannot use NOTIFY_SOCKET",
            {{"socket", socket_}});
        socket_.clear();
    }
    if (!socket_.empty() && (watched.empty() || positive(watched) == ::getpid())) {
        watchdog_ = std::chrono::microseconds(interval);
    }
    if (socket_.starts_with('@')) {
        socket_.front() = '\0'; // a name in the abstract namespace
    }
}

void ServiceManager::ready(std::string_view status) const {
    send("READY=1\n" + status_line(status));
}

void ServiceManager::reloading() const {
    send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\n", monotonic_microseconds()));
}

void ServiceManager::stopping(std::string_view status) const {
    send("STOPPING=1\n" + status_line(status));
}

void ServiceManager::status(std::string_view text) const {
    send("STATUS=" + printable(text.substr(0, longest_status)) + "\n");
}

void ServiceManager::alive() const {
    send("WATCHDOG=1\n");
}

void ServiceManager::send(std::string_view message) const {
    if (socket_.empty()) {
        return;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const timeval patience{0, 250'000};

    // A socket for each message: the manager may have made its own anew meanwhile.
    const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 ||
        ::sendto(socket.get(), message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size) < 0) {
        const std::string why = message_of(std::error_code(errno, std::system_category()));
        log(LogLevel::warning, "service_manager", "cannot tell the service manager",
            {{"what", message.substr(0, message.find('\n'))}, {"why", why}});
    }
}

} // namespace hawser::runner
