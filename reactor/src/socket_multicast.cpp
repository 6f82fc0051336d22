// SPDX-License-Identifier: MIT
#include "socket_multicast.h"

#include "datagram_socket.h"
#include "ip_options.h"
#include "socket_address.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace hawser::detail {

namespace {

/// 0: the kernel chooses.
unsigned index_of(std::string_view interface, std::string_view subject) {
    if (interface.empty()) {
        return 0;
    }
    const unsigned index = if_nametoindex(std::string(interface).c_str());
    if (index == 0) {
        throw Error(last_error(), subject);
    }
    return index;
}

int level_of(const Address& group) noexcept {
    return group.family() == Address::Family::ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

std::string on(std::string_view interface) {
    return interface.empty() ? std::string() : fmt::format(" on {}", interface);
}

void need_ip(const Address& address, std::string_view subject) {
    if (!address.is_ip()) {
        throw Error(std::make_error_code(std::errc::address_family_not_supported), subject);
    }
}

} // namespace

void SocketMulticast::join_group(const Address& group, std::string_view interface) {
    change(MCAST_JOIN_GROUP, "join", group, interface);
}

void SocketMulticast::leave_group(const Address& group, std::string_view interface) {
    change(MCAST_LEAVE_GROUP, "leave", group, interface);
}

void SocketMulticast::join_source_group(const Address& group, const Address& source,
                                        std::string_view interface) {
    change(MCAST_JOIN_SOURCE_GROUP, "join", group, source, interface);
}

void SocketMulticast::leave_source_group(const Address& group, const Address& source,
                                         std::string_view interface) {
    change(MCAST_LEAVE_SOURCE_GROUP, "leave", group, source, interface);
}

void SocketMulticast::change(int option, std::string_view verb, const Address& group,
                             std::string_view interface) const {
    if (!socket_.listening()) {
        return;
    }
    const std::string subject = fmt::format("cannot {} {}{}", verb, group.ip(), on(interface));
    need_ip(group, subject);
    group_req request{};
    const unsigned index = index_of(interface, subject);
    request.gr_interface = index != 0 ? index : group.scope();
    request.gr_group = SocketAddress(group).storage;
    if (setsockopt(socket_.descriptor(), level_of(group), option, &request, sizeof(request)) != 0) {
        throw Error(last_error(), subject);
    }
}

void SocketMulticast::change(int option, std::string_view verb, const Address& group,
                             const Address& source, std::string_view interface) const {
    if (!socket_.listening()) {
        return;
    }
    const std::string subject =
        fmt::format("cannot {} {} from {}{}", verb, group.ip(), source.ip(), on(interface));
    need_ip(group, subject);
    need_ip(source, subject);
    group_source_req request{};
    const unsigned index = index_of(interface, subject);
    request.gsr_interface = index != 0 ? index : group.scope();
    request.gsr_group = SocketAddress(group).storage;
    request.gsr_source = SocketAddress(source).storage;
    if (setsockopt(socket_.descriptor(), level_of(group), option, &request, sizeof(request)) != 0) {
        throw Error(last_error(), subject);
    }
}

void SocketMulticast::set_loopback(bool heard) {
    if (socket_.listening()) {
        socket_.send_written();
        set_ip_option(socket_.descriptor(), IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, heard ? 1 : 0,
                      "cannot set the loopback of groups");
    }
}

void SocketMulticast::set_interface(std::string_view interface) {
    if (!socket_.listening()) {
        return;
    }
    socket_.send_written();
    const std::string subject = fmt::format("cannot send to groups{}", on(interface));
    const auto index = static_cast<int>(index_of(interface, subject));
    const IpVersions versions = ip_versions(socket_.descriptor());
    if (versions.v6 && setsockopt(socket_.descriptor(), IPPROTO_IPV6, IPV6_MULTICAST_IF, &index,
                                  sizeof(index)) != 0) {
        throw Error(last_error(), subject);
    }
    ip_mreqn request{};
    request.imr_ifindex = index;
    if (versions.v4 && setsockopt(socket_.descriptor(), IPPROTO_IP, IP_MULTICAST_IF, &request,
                                  sizeof(request)) != 0) {
        throw Error(last_error(), subject);
    }
}

void SocketMulticast::set_ttl(int hops) {
    if (socket_.listening()) {
        socket_.send_written();
        set_ip_option(socket_.descriptor(), IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, hops,
                      fmt::format("cannot set a TTL of {}", hops));
    }
}

} // namespace hawser::detail
