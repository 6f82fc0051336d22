// SPDX-License-Identifier: MIT
#include "worker_sockets.h"

#include "activated_sockets.h"
#include "listening_socket.h"
#include "socket_address.h"
#include "socket_options.h"

#include <hawser/core/error.h>
#include <hawser/core/proxy_protocol.h>

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace hawser::detail {

namespace {

bool set_option(const Descriptor& socket, int level, int name, int value) noexcept {
    return setsockopt(socket.get(), level, name, &value, sizeof(value)) == 0;
}

int option(const Descriptor& socket, int level, int name) noexcept {
    int value = 0;
    socklen_t length = sizeof(value);
    getsockopt(socket.get(), level, name, &value, &length);
    return value;
}

// One more that listens where \p first does.
Descriptor beside(const Descriptor& first, const Endpoint& endpoint) {
    SocketAddress where;
    int family = 0;
    if (getsockname(first.get(), where.get(), &where.length) == 0) {
        family = where.family();
    }
    Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const std::string subject = "cannot listen on " + to_string(endpoint);
    if (socket) {
        set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
        set_socket_options(socket.get(), endpoint.options(), SocketUse::other, subject);
    }
    const bool listening =
        socket && set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1) &&
        set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1) &&
        (family != AF_INET6 ||
         set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, option(first, IPPROTO_IPV6, IPV6_V6ONLY))) &&
        bind(socket.get(), where.get(), where.length) == 0 &&
        ::listen(socket.get(), endpoint.backlog()) == 0;
    if (!listening) {
        throw Error(last_error(), subject);
    }
    return socket;
}

// Other kinds are added to a Network, of which there is none before the workers have theirs.
Endpoint behind_the_proxy(const Endpoint& endpoint) {
    if (endpoint.kind_name() != ProxyProtocolKind::name) {
        throw EndpointError(
            to_string(endpoint), 1,
            fmt::format("workers know no endpoint kind \"{}\"", endpoint.kind_name()));
    }
    return endpoint.inner();
}

} // namespace

WorkerSockets::WorkerSockets(const std::vector<Endpoint>& endpoints, std::size_t workers) {
    ActivatedSockets activated;
    for (const Endpoint& given : endpoints) {
        Place place{given, 0, {}, {}, false};
        for (; place.endpoint.kind() == Endpoint::Kind::registered; ++place.proxies) {
            place.endpoint = behind_the_proxy(place.endpoint);
        }
        const Endpoint& endpoint = place.endpoint;
        place.sockets.push_back(listening_socket(endpoint, activated, place.file));
        if (endpoint.kind() == Endpoint::Kind::tcp && workers > 1) {
            place.one_each = true;
            // Not before: another server on this port would not be noticed.
            if (!set_option(place.sockets.front(), SOL_SOCKET, SO_REUSEPORT, 1)) {
                throw Error(last_error(), "cannot share " + to_string(endpoint));
            }
            while (place.sockets.size() < workers) {
                place.sockets.push_back(beside(place.sockets.front(), endpoint));
            }
        }
        places_.push_back(std::move(place));
    }
}

void WorkerSockets::keep_only(std::size_t worker) noexcept {
    for (Place& place : places_) {
        for (std::size_t other = 0; place.sockets.size() > 1 && other < place.sockets.size();
             ++other) {
            if (other != worker) {
                place.sockets[other] = Descriptor();
            }
        }
    }
}

Descriptor WorkerSockets::take(std::size_t index, std::size_t worker) {
    std::vector<Descriptor>& sockets = places_.at(index).sockets;
    return std::move(sockets.at(sockets.size() > 1 ? worker : 0));
}

} // namespace hawser::detail
