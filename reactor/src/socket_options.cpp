// SPDX-License-Identifier: MIT
#include "socket_options.h"

#include "descriptor.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

namespace hawser::detail {

namespace {

class Setter {
public:
    Setter(int fd, std::string_view subject) noexcept : fd_(fd), subject_(subject) {}

    template <class Value>
    void set(std::string_view key, int level, int name, const Value& value) const {
        if (::setsockopt(fd_, level, name, &value, sizeof(value)) != 0) {
            throw Error(last_error(), fmt::format("{}{}cannot set {}", subject_,
                                                  subject_.empty() ? "" : ": ", key));
        }
    }
    void set_if(std::string_view key, int level, int name, std::optional<int> value) const {
        if (value) {
            set(key, level, name, *value);
        }
    }

    [[nodiscard]] int ask(int level, int name) const noexcept {
        int value = 0;
        socklen_t size = sizeof(value);
        return ::getsockopt(fd_, level, name, &value, &size) == 0 ? value : 0;
    }

private:
    int fd_;
    std::string_view subject_;
};

// So that it is an int in milliseconds too; the kernel's own limits are below it.
int seconds(std::chrono::seconds time) noexcept {
    return static_cast<int>(std::min<std::chrono::seconds::rep>(time.count(), 2'000'000));
}

std::optional<int> seconds(std::optional<std::chrono::seconds> time) noexcept {
    return time ? std::optional(seconds(*time)) : std::nullopt;
}

} // namespace

void set_socket_options(int fd, const SocketOptions& options, SocketUse use,
                        std::string_view subject) {
    const Setter socket(fd, subject);
    socket.set_if("nodelay", IPPROTO_TCP, TCP_NODELAY, options.no_delay);
    if (options.keep_alive) {
        const int idle = seconds(*options.keep_alive);
        if (idle > 0) {
            socket.set("keepalive", IPPROTO_TCP, TCP_KEEPIDLE, idle);
        }
        socket.set("keepalive", SOL_SOCKET, SO_KEEPALIVE, idle > 0 ? 1 : 0);
    }
    socket.set_if("keepinterval", IPPROTO_TCP, TCP_KEEPINTVL, seconds(options.keep_alive_interval));
    socket.set_if("keepcount", IPPROTO_TCP, TCP_KEEPCNT, options.keep_alive_count);
    if (options.user_timeout) {
        socket.set("usertimeout", IPPROTO_TCP, TCP_USER_TIMEOUT,
                   seconds(*options.user_timeout) * 1000);
    }
    socket.set_if("rcvbuf", SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
    socket.set_if("sndbuf", SOL_SOCKET, SO_SNDBUF, options.send_buffer);
    if (options.type_of_service) {
        if (socket.ask(SOL_SOCKET, SO_DOMAIN) == AF_INET6) { // for peers over either protocol
            socket.set("tos", IPPROTO_IPV6, IPV6_TCLASS, *options.type_of_service);
        }
        socket.set("tos", IPPROTO_IP, IP_TOS, *options.type_of_service);
    }
    socket.set_if("mark", SOL_SOCKET, SO_MARK, options.mark);
    if (options.fast_open && use == SocketUse::connecting) {
        socket.set("fastopen", IPPROTO_TCP, TCP_FASTOPEN_CONNECT, *options.fast_open > 0 ? 1 : 0);
    } else {
        socket.set_if("fastopen", IPPROTO_TCP, TCP_FASTOPEN, options.fast_open);
    }
    socket.set_if("reuseaddr", SOL_SOCKET, SO_REUSEADDR, options.reuse_address);
    socket.set_if("reuseport", SOL_SOCKET, SO_REUSEPORT, options.reuse_port);
    socket.set_if("v6only", IPPROTO_IPV6, IPV6_V6ONLY, options.v6_only);
    if (options.reset_on_close) {
        socket.set("reset", SOL_SOCKET, SO_LINGER, ::linger{*options.reset_on_close ? 1 : 0, 0});
    }
}

} // namespace hawser::detail
