// SPDX-License-Identifier: MIT
#include "bound_socket.h"

#include "activated_sockets.h"
#include "adopted_socket.h"
#include "ip_binding.h"
#include "socket_options.h"
#include "unix_binding.h"

#include <hawser/core/error.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace hawser::detail {

namespace {

// A socket hears the groups it has joined itself, not all that the machine has.
void prepare_udp(int fd) noexcept {
    const int off = 0;
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off));
    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, &off, sizeof(off)); // refused by IPv4 sockets
}

} // namespace

Descriptor bound_socket(const Endpoint& endpoint, ActivatedSockets& activated,
                        UnixSocketFile& file) {
    const std::string subject = "cannot bind " + to_string(endpoint);
    switch (endpoint.kind()) {
    case Endpoint::Kind::udp: return bound_ip(endpoint, SOCK_DGRAM, subject, prepare_udp);
    case Endpoint::Kind::unix_datagram: return bound_unix(endpoint, SOCK_DGRAM, subject, file);
    case Endpoint::Kind::fd: return adopted_socket(endpoint, AdoptedSocket::datagram, subject);
    case Endpoint::Kind::systemd:
        return activated.socket(endpoint, AdoptedSocket::datagram, subject);
    default: throw Error(Errc::wrong_kind, subject);
    }
}

} // namespace hawser::detail
