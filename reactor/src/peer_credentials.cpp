// SPDX-License-Identifier: MIT
#include <hawser/reactor/peer_credentials.h>

#include <hawser/core/transport.h>

#include <sys/socket.h>

namespace hawser {

std::optional<PeerCredentials> peer_credentials(const Transport& transport) noexcept {
    const int fd = transport.descriptor();
    int domain = 0; // asked first: other families answer SO_PEERCRED with nobody
    socklen_t size = sizeof(domain);
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_UNIX) {
        return std::nullopt;
    }
    ucred raw{};
    size = sizeof(raw);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &raw, &size) != 0) {
        return std::nullopt;
    }
    return PeerCredentials{raw.pid, raw.uid, raw.gid};
}

} // namespace hawser
