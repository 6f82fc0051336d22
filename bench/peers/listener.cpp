// SPDX-License-Identifier: MIT
#include "listener.h"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

int open_listener(const Where& where) {
    const std::string what = "cannot listen on " + where.text;
    const int listener =
        socket(where.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        fail(what, errno);
    }
    if (where.is_unix()) {
        unlink(where.text.c_str());
    } else {
        // Accepted sockets inherit TCP_NODELAY: no call for each client.
        const int on = 1;
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    if (bind(listener, where.socket_address(), where.length) != 0 || listen(listener, 511) != 0) {
        fail(what, errno);
    }
    return listener;
}

} // namespace bench
