// SPDX-License-Identifier: MIT
#include "ip_options.h"

#include "descriptor.h"

#include <hawser/core/error.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace hawser::detail {

namespace {

int option(int fd, int level, int name) noexcept {
    int value = 0;
    socklen_t size = sizeof(value);
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

void set_option(int fd, int level, int name, int value, std::string_view subject) {
    if (setsockopt(fd, level, name, &value, sizeof(value)) != 0) {
        throw Error(last_error(), subject);
    }
}

} // namespace

IpVersions ip_versions(int fd) noexcept {
    const int family = option(fd, SOL_SOCKET, SO_DOMAIN);
    const bool v6 = family == AF_INET6;
    return {family == AF_INET || (v6 && option(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 0), v6};
}

void set_ip_option(int fd, int v4_option, int v6_option, int value, std::string_view subject) {
    const IpVersions versions = ip_versions(fd);
    if (!versions.v4 && !versions.v6) {
        throw Error(std::make_error_code(std::errc::operation_not_supported), subject);
    }
    if (versions.v6) {
        set_option(fd, IPPROTO_IPV6, v6_option, value, subject);
    }
    if (versions.v4) {
        set_option(fd, IPPROTO_IP, v4_option, value, subject);
    }
}

} // namespace hawser::detail
