// SPDX-License-Identifier: MIT
/// \file
/// Socket and Poller: the few system calls the load generator lives on.
#pragma once

#include "../where.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <sys/epoll.h>

namespace bench {

/// A nonblocking client connection; closed with the object.
class Socket {
public:
    Socket() = default; ///< None.
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Socket() { close(); }

    void close() noexcept;

    /// Sends what the kernel takes, perhaps nothing.
    [[nodiscard]] std::size_t send(std::string_view data) const;

    /// Receives once, into a buffer of the program's; nullopt if there was nothing. The server
    /// closing the connection is an error: in no scenario is it the first to do so.
    [[nodiscard]] std::optional<std::string_view> receive() const;

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_ = -1;
};

/// Connects, waiting some seconds at most. \p spread chooses among the addresses of the loopback
/// net to come from: one address has but 28 000 ports, and a closed connection keeps its port for
/// a minute.
[[nodiscard]] Socket connect_to(const Where& where, std::uint32_t spread = 0);

/// Level-triggered epoll.
class Poller {
public:
    Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    ~Poller();

    void add(const Socket& socket, std::uint32_t events, std::uint32_t key) const;
    void change(const Socket& socket, std::uint32_t events, std::uint32_t key) const;

    /// What is ready, after \p longest at the latest; valid until the next call.
    [[nodiscard]] std::span<const epoll_event> wait(std::chrono::nanoseconds longest);

private:
    int descriptor_;
    std::array<epoll_event, 1024> ready_;
};

} // namespace bench
