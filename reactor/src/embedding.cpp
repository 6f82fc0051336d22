// SPDX-License-Identifier: MIT
// The part of Loop that a loop of the program's own turns it by.
#include "connector.h"
#include "datagram_socket.h"
#include "loop.h"
#include "loop_transport.h"
#include "socket_listener.h"

namespace hawser::detail {

bool Loop::due() noexcept {
    return !turn_.idle() || !stopping_.empty() || life_cycle_.due();
}

std::optional<std::chrono::milliseconds> Loop::timeout() noexcept {
    std::optional<std::chrono::milliseconds> wait = std::chrono::milliseconds::zero();
    if (!due()) {
        uv_update_time(uv());
        arm_timer();
        // Zero too while something closes, or is to be watched that its epoll set has not yet.
        const int longest = uv_backend_timeout(uv());
        wait = longest < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(longest));
    }
    told_ = wait == std::chrono::milliseconds::zero();
    return wait;
}

void Loop::armed() noexcept {
    if (!turning_ && !told_ && when_armed_) {
        told_ = true;
        guarded("a call of when_armed()", when_armed_);
    }
}

bool Loop::idle() noexcept {
    return listeners.empty() && ports.empty() && connectors.empty() && transports.empty() &&
           bound.empty() && processes.empty() && timers_.size() == 0 && !posts_->pending() &&
           !due();
}

} // namespace hawser::detail
