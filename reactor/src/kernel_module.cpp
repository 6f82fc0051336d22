// SPDX-License-Identifier: MIT
#include "kernel_module.h"

#include "socket_address.h"
#include "socket_options.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <linux/tipc.h>
#include <sys/socket.h>

#include <cerrno>

namespace hawser::detail {

Address module_address(const Endpoint& endpoint, std::uint32_t any_cid) {
    if (endpoint.kind() == Endpoint::Kind::vsock) {
        const bool any = endpoint.cid() == Endpoint::any_cid;
        return Address::vsock(any ? any_cid : endpoint.cid(), endpoint.vsock_port());
    }
    sockaddr_tipc raw{};
    raw.family = AF_TIPC;
    raw.addrtype = TIPC_SERVICE_ADDR;
    raw.scope = TIPC_CLUSTER_SCOPE;
    raw.addr.name.name.type = endpoint.tipc_type();
    raw.addr.name.name.instance = endpoint.tipc_instance();
    return Address::from_raw({reinterpret_cast<const char*>(&raw), sizeof(raw)});
}

std::string with_module(std::string_view subject, const Endpoint& endpoint, std::error_code error) {
    const bool vsock = endpoint.kind() == Endpoint::Kind::vsock;
    const bool tipc = endpoint.kind() == Endpoint::Kind::tipc;
    const char* module = nullptr;
    if ((vsock || tipc) && error == std::errc::address_family_not_supported) {
        module = vsock ? "vsock" : "tipc";
    } else if (vsock && error == std::errc::no_such_device) {
        module = "vsock_loopback";
    }
    return module == nullptr ? std::string(subject)
                             : fmt::format("{}: not in this kernel (modprobe {})", subject, module);
}

Descriptor bound_to_module(const Endpoint& endpoint, std::string_view subject) {
    const SocketAddress raw(module_address(endpoint));
    Descriptor fd(socket(raw.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) {
        const std::error_code error = last_error();
        throw Error(error, with_module(subject, endpoint, error));
    }
    set_socket_options(fd.get(), endpoint.options(), SocketUse::other, subject);
    if (::bind(fd.get(), raw.get(), raw.length) != 0) {
        const std::error_code error = last_error();
        throw Error(error, with_module(subject, endpoint, error));
    }
    return fd;
}

} // namespace hawser::detail
