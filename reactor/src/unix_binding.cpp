// SPDX-License-Identifier: MIT
#include "unix_binding.h"

#include "socket_address.h"
#include "socket_options.h"

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/stat.h>

#include <string>
#include <string_view>

namespace hawser::detail {

namespace {

void bind_unix(int fd, const Endpoint& endpoint, std::string_view subject, UnixSocketFile& file) {
    const std::string& path = endpoint.path();
    const bool abstract = path.starts_with('@');
    const SocketAddress raw(abstract ? Address::unix_abstract(path.substr(1))
                                     : Address::unix_path(path));
    const auto try_bind = [&] { return bind(fd, raw.get(), raw.length) == 0; };
    if (!try_bind()) {
        const std::error_code error = last_error();
        const bool in_the_way = !abstract && error == std::errc::address_in_use;
        if (in_the_way && !UnixSocketFile::is_socket(path)) {
            throw Error(error,
                        fmt::format("{}: the path is taken by a file that is no socket", subject));
        }
        if (!in_the_way || !UnixSocketFile::remove_stale(path) || !try_bind()) {
            throw Error(error, subject);
        }
    }
    if (!abstract) {
        file = UnixSocketFile(path);
        // At once: a stream socket does not listen yet, so nobody could connect before.
        if (chmod(path.c_str(), endpoint.mode()) != 0) {
            throw Error(last_error(), subject);
        }
    }
}

} // namespace

Descriptor bound_unix(const Endpoint& endpoint, int type, const std::string& subject,
                      UnixSocketFile& file) {
    Descriptor fd(socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) {
        throw Error(last_error(), subject);
    }
    set_socket_options(fd.get(), endpoint.options(), SocketUse::other, subject);
    if (!endpoint.path().empty()) { // else it has no name: others cannot answer
        bind_unix(fd.get(), endpoint, subject, file);
    }
    return fd;
}

} // namespace hawser::detail
