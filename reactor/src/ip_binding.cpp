// SPDX-License-Identifier: MIT
#include "ip_binding.h"

#include "socket_address.h"
#include "socket_options.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace hawser::detail {

namespace {

Address interface_address(const Endpoint& endpoint, std::string_view subject) {
    if (endpoint.host() == "localhost") {
        return Address::ipv4({127, 0, 0, 1}, endpoint.port());
    }
    if (auto address = numeric_address(endpoint.host(), endpoint.port())) {
        return *address;
    }
    throw Error(Errc::bad_address, fmt::format("{}: an interface is an IP address, \"{}\" is none",
                                               subject, endpoint.host()));
}

bool no_ipv6(std::error_code error) noexcept {
    return error == std::errc::address_family_not_supported ||
           error == std::errc::address_not_available;
}

} // namespace

Descriptor bound_ip(const Endpoint& endpoint, int type, std::string_view subject,
                    void (*prepare)(int fd)) {
    const bool everywhere = endpoint.host().empty();
    const Address first =
        everywhere ? Address::ipv6({}, endpoint.port()) : interface_address(endpoint, subject);
    SocketOptions options = endpoint.options();
    const auto bound = [&](const Address& address, std::error_code& error) {
        const SocketAddress raw(address);
        Descriptor fd(socket(raw.family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!fd) {
            error = last_error();
            return Descriptor();
        }
        prepare(fd.get());
        if (raw.family() == AF_INET6) {
            // The unspecified address means all interfaces, IPv4's too; any other only itself.
            const int alone = address.ip() == "::" ? 0 : 1;
            setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &alone, sizeof(alone));
        }
        set_socket_options(fd.get(), options, SocketUse::other, subject);
        if (::bind(fd.get(), raw.get(), raw.length) != 0) {
            error = last_error();
            return Descriptor();
        }
        return fd;
    };

    std::error_code error;
    Descriptor fd = bound(first, error);
    if (!fd && everywhere && no_ipv6(error) && !options.v6_only.value_or(false)) {
        options.v6_only.reset();
        fd = bound(Address::ipv4({}, endpoint.port()), error);
    }
    if (!fd) {
        throw Error(error, subject);
    }
    return fd;
}

} // namespace hawser::detail
