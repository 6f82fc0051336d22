// SPDX-License-Identifier: MIT
/// \file
/// Where, the place a benchmark server listens at: a loopback port or a Unix socket.
#pragma once

#include <string>
#include <string_view>

#include <sys/socket.h>

namespace bench {

/// A place to listen at or connect to. `text` is how messages name it.
struct Where {
    sockaddr_storage address{};
    socklen_t length = 0;
    std::string text;

    [[nodiscard]] bool is_unix() const noexcept { return address.ss_family == AF_UNIX; }
    [[nodiscard]] const sockaddr* socket_address() const noexcept {
        return reinterpret_cast<const sockaddr*>(&address);
    }
};

/// Reads a port number, meaning 127.0.0.1, or a path that starts with a slash.
/// Throws std::invalid_argument for anything else.
[[nodiscard]] Where parse_where(std::string_view text);

/// Throws a std::runtime_error that reads "what: the system's reason", in lower case.
[[noreturn]] void fail(const std::string& what, int error_number);

} // namespace bench
