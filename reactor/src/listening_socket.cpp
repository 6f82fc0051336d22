// SPDX-License-Identifier: MIT
#include "listening_socket.h"

#include "activated_sockets.h"
#include "adopted_socket.h"
#include "ip_binding.h"
#include "kernel_module.h"
#include "socket_options.h"
#include "unix_binding.h"

#include <hawser/core/error.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <string>

namespace hawser::detail {

namespace {

void prepare_tcp(int fd) noexcept {
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); // restart while old ones linger
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); // accepted sockets inherit it
}

} // namespace

Descriptor listening_socket(const Endpoint& endpoint, ActivatedSockets& activated,
                            UnixSocketFile& file) {
    const std::string subject = "cannot listen on " + to_string(endpoint);
    Descriptor fd;
    switch (endpoint.kind()) {
    case Endpoint::Kind::tcp: fd = bound_ip(endpoint, SOCK_STREAM, subject, prepare_tcp); break;
    case Endpoint::Kind::unix_stream: fd = bound_unix(endpoint, SOCK_STREAM, subject, file); break;
    case Endpoint::Kind::vsock:
    case Endpoint::Kind::tipc: fd = bound_to_module(endpoint, subject); break;
    case Endpoint::Kind::fd: return adopted_socket(endpoint, AdoptedSocket::listening, subject);
    case Endpoint::Kind::systemd:
        return activated.socket(endpoint, AdoptedSocket::listening, subject);
    default: throw Error(Errc::wrong_kind, subject);
    }
    if (::listen(fd.get(), endpoint.backlog()) != 0) {
        throw Error(last_error(), subject);
    }
    return fd;
}

} // namespace hawser::detail
