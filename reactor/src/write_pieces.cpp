// SPDX-License-Identifier: MIT
#include "write_pieces.h"

#include "descriptor.h"
#include "no_pipe_signal.h"

#include <unistd.h>

#include <cerrno>

namespace hawser::detail {

std::pair<std::size_t, std::error_code> write_pieces(int fd,
                                                     std::span<const Bytes> pieces) noexcept {
    const NoPipeSignal no_signal;
    std::size_t sent = 0;
    for (Bytes piece : pieces) {
        while (!piece.empty()) {
            const ssize_t count = ::write(fd, piece.data(), piece.size());
            if (count >= 0) {
                piece.remove_prefix(static_cast<std::size_t>(count));
                sent += static_cast<std::size_t>(count);
            } else if (errno == EAGAIN) {
                return {sent, {}};
            } else if (errno != EINTR) {
                return {sent, last_error()};
            }
        }
    }
    return {sent, {}};
}

} // namespace hawser::detail
