// SPDX-License-Identifier: MIT
/// \file
/// ActivatedSockets, the sockets that systemd, or who speaks its protocol, opened for us.
#pragma once

#include "adopted_socket.h"
#include "descriptor.h"

#include <hawser/core/endpoint.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

/// sd_listen_fds(3). What was passed is taken from the environment when it is first asked for: the
/// variables are cleared then, and descriptors closed by exec(). They stay open here, so that
/// what is stopped can be listened on again, and what comes meanwhile waits.
class ActivatedSockets {
public:
    /// A descriptor of its own for the socket that \p endpoint names, with its options. Throws
    /// Error with \p subject: Errc::no_such_socket, Errc::already_listening while the one given
    /// before is open, or when it is not such a socket.
    Descriptor socket(const Endpoint& endpoint, AdoptedSocket as, std::string_view subject);

private:
    struct Socket {
        std::string name;
        Descriptor descriptor;
        int lent = -1; // the descriptor given last
    };

    void take();
    void take_passed(int count, const std::optional<std::string>& names);
    Socket& find(const Endpoint& endpoint, std::string_view subject);

    bool taken_ = false;
    std::string none_because_; // if there are none
    std::vector<Socket> sockets_;
};

} // namespace hawser::detail
