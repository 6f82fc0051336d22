// SPDX-License-Identifier: MIT
#include "listening_socket.h"

#include "socket_address.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace hawser::detail {

namespace {

[[noreturn]] void cannot_listen(const Endpoint& endpoint, std::error_code error) {
    throw Error(error, "cannot listen on " + to_string(endpoint));
}

void set_option(int fd, int level, int name, int value) noexcept {
    setsockopt(fd, level, name, &value, sizeof(value)); // each of ours may be unknown to a kernel
}

Descriptor stream_socket(int family) noexcept {
    return Descriptor(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Address interface_address(const Endpoint& endpoint) {
    if (endpoint.host() == "localhost") {
        return Address::ipv4({127, 0, 0, 1}, endpoint.port());
    }
    if (auto address = Address::from_ip(endpoint.host(), endpoint.port())) {
        return *address;
    }
    throw Error(Errc::bad_address,
                fmt::format("cannot listen on {}: an interface is an IP address, \"{}\" is none",
                            to_string(endpoint), endpoint.host()));
}

Descriptor bound_tcp(const Address& address, std::error_code& error) {
    const SocketAddress raw(address);
    Descriptor fd = stream_socket(raw.family());
    if (!fd) {
        error = last_error();
        return {};
    }
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1); // restart while old connections linger
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1); // accepted sockets inherit it
    if (raw.family() == AF_INET6) {
        // The unspecified address means all interfaces, IPv4's too; any other only itself.
        const bool all = address.ip() == "::";
        set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, all ? 0 : 1);
    }
    if (bind(fd.get(), raw.get(), raw.length) != 0) {
        error = last_error();
        return {};
    }
    return fd;
}

Descriptor bound_tcp(const Endpoint& endpoint) {
    std::error_code error;
    if (!endpoint.host().empty()) {
        Descriptor fd = bound_tcp(interface_address(endpoint), error);
        return fd ? std::move(fd) : (cannot_listen(endpoint, error), Descriptor());
    }
    Descriptor fd = bound_tcp(Address::ipv6({}, endpoint.port()), error);
    if (!fd && (error == std::errc::address_family_not_supported ||
                error == std::errc::address_not_available)) { // a machine without IPv6
        fd = bound_tcp(Address::ipv4({}, endpoint.port()), error);
    }
    return fd ? std::move(fd) : (cannot_listen(endpoint, error), Descriptor());
}

Descriptor bound_unix(const Endpoint& endpoint, UnixSocketFile& file) {
    const std::string& path = endpoint.path();
    const bool abstract = path.starts_with('@');
    const SocketAddress raw(abstract ? Address::unix_abstract(path.substr(1))
                                     : Address::unix_path(path));
    Descriptor fd = stream_socket(AF_UNIX);
    if (!fd) {
        cannot_listen(endpoint, last_error());
    }
    const auto try_bind = [&] { return bind(fd.get(), raw.get(), raw.length) == 0; };
    if (!try_bind()) {
        const std::error_code error = last_error();
        const bool in_the_way = !abstract && error == std::errc::address_in_use;
        if (in_the_way && !UnixSocketFile::is_socket(path)) {
            throw Error(error, fmt::format("cannot listen on {}: the path is taken by a file that "
                                           "is no socket",
                                           to_string(endpoint)));
        }
        if (!in_the_way || !UnixSocketFile::remove_stale(path) || !try_bind()) {
            cannot_listen(endpoint, error);
        }
    }
    if (!abstract) {
        file = UnixSocketFile(path);
        // Before listen(): until then nobody can connect, whatever the permissions were.
        if (chmod(path.c_str(), endpoint.mode()) != 0) {
            cannot_listen(endpoint, last_error());
        }
    }
    return fd;
}

} // namespace

Descriptor listening_socket(const Endpoint& endpoint, UnixSocketFile& file) {
    Descriptor fd =
        endpoint.kind() == Endpoint::Kind::tcp ? bound_tcp(endpoint) : bound_unix(endpoint, file);
    if (::listen(fd.get(), endpoint.backlog()) != 0) {
        cannot_listen(endpoint, last_error());
    }
    return fd;
}

} // namespace hawser::detail
