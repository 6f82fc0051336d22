// SPDX-License-Identifier: MIT
/// \file
/// SocketOptions, given to the kernel: the one place that does.
#pragma once

#include <hawser/core/socket_options.h>

#include <string_view>

namespace hawser::detail {

enum class SocketUse : bool {
    connecting, ///< before connect(2)
    other,      ///< before bind(2), or later
};

/// Sets those that are set, in the order of their keys. Throws Error with \p subject, if any, and
/// the key of the first that \p fd does not take: `cannot set mark: operation not permitted`.
void set_socket_options(int fd, const SocketOptions& options, SocketUse use,
                        std::string_view subject = {});

} // namespace hawser::detail
