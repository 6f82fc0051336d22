// SPDX-License-Identifier: MIT
#include "adopted_socket.h"

#include "socket_options.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <optional>

namespace hawser::detail {

namespace {

std::optional<int> ask(int fd, int option) noexcept {
    int value = 0;
    socklen_t size = sizeof(value);
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? std::optional(value)
                                                                  : std::nullopt;
}

bool connected(int fd) noexcept {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    return getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

/// What the socket is that it should not be; null when all is well.
const char* misfit(int fd, AdoptedSocket as) noexcept {
    const int type = *ask(fd, SO_TYPE);
    if (as == AdoptedSocket::datagram) {
        return type == SOCK_DGRAM || type == SOCK_RAW ? nullptr : "it is no datagram socket";
    }
    if (type != SOCK_STREAM) {
        return type == SOCK_DGRAM ? "it is a datagram socket" : "it is no stream socket";
    }
    const bool listens = ask(fd, SO_ACCEPTCONN).value_or(0) != 0;
    if (as == AdoptedSocket::listening) {
        return listens ? nullptr : "it does not listen";
    }
    return listens ? "it listens" : connected(fd) ? nullptr : "it is not connected";
}

} // namespace

Descriptor adopted_duplicate(int fd, const SocketOptions& options, AdoptedSocket as,
                             std::string_view subject) {
    if (!ask(fd, SO_TYPE)) {
        throw Error(last_error(), subject);
    }
    if (const char* wrong = misfit(fd, as)) {
        throw Error(std::make_error_code(std::errc::wrong_protocol_type),
                    fmt::format("{}: {}", subject, wrong));
    }
    const int on = 1; // as with sockets that we make; refused by all but TCP's
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    set_socket_options(fd, options, SocketUse::other, subject);
    Descriptor ours(fcntl(fd, F_DUPFD_CLOEXEC, 3)); // not in place of a closed standard stream
    if (!ours || fcntl(ours.get(), F_SETFL, fcntl(ours.get(), F_GETFL) | O_NONBLOCK) != 0) {
        throw Error(last_error(), subject);
    }
    return ours;
}

Descriptor adopted_socket(const Endpoint& endpoint, AdoptedSocket as, std::string_view subject) {
    const int fd = endpoint.descriptor();
    Descriptor ours = adopted_duplicate(fd, endpoint.options(), as, subject);
    ::close(fd);
    return ours;
}

} // namespace hawser::detail
