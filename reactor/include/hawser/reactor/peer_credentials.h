// SPDX-License-Identifier: MIT
/// \file
/// peer_credentials(), which process is at the other end of a Unix socket.
#pragma once

#include <hawser/core/export.h>

#include <sys/types.h>

#include <optional>

namespace hawser {

class Transport;

/// As the kernel noted it when the peer called connect(2), or listen(2) when we connected; the
/// peer cannot forge it. It may have given the socket to another process since.
struct PeerCredentials {
    pid_t pid = 0;
    uid_t uid = 0;
    gid_t gid = 0;

    friend bool operator==(const PeerCredentials&, const PeerCredentials&) = default;
};

/// Nothing for what is no Unix socket.
[[nodiscard]] HAWSER_API std::optional<PeerCredentials>
peer_credentials(const Transport& transport) noexcept;

} // namespace hawser
