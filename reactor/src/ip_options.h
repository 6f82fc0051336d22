// SPDX-License-Identifier: MIT
/// \file
/// The options that IPv4 and IPv6 have under two names.
#pragma once

#include <string_view>

namespace hawser::detail {

/// Which versions of IP a socket speaks. Both: an IPv6 socket without IPV6_V6ONLY.
struct IpVersions {
    bool v4 = false;
    bool v6 = false;
};

/// Those of \p fd; neither when it is no IP socket.
IpVersions ip_versions(int fd) noexcept;

/// Sets \p v4_option of IPPROTO_IP, \p v6_option of IPPROTO_IPV6 or both to \p value; throws what
/// the system says of \p subject.
void set_ip_option(int fd, int v4_option, int v6_option, int value, std::string_view subject);

} // namespace hawser::detail
