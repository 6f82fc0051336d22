// SPDX-License-Identifier: MIT
#include <hawser/core/socket_options.h>

namespace hawser {

void SocketOptions::update(const SocketOptions& other) {
    const auto take = [](auto& mine, const auto& theirs) {
        if (theirs) {
            mine = theirs;
        }
    };
    take(no_delay, other.no_delay);
    take(keep_alive, other.keep_alive);
    take(keep_alive_interval, other.keep_alive_interval);
    take(keep_alive_count, other.keep_alive_count);
    take(user_timeout, other.user_timeout);
    take(receive_buffer, other.receive_buffer);
    take(send_buffer, other.send_buffer);
    take(type_of_service, other.type_of_service);
    take(mark, other.mark);
    take(fast_open, other.fast_open);
    take(reuse_address, other.reuse_address);
    take(reuse_port, other.reuse_port);
    take(v6_only, other.v6_only);
    take(reset_on_close, other.reset_on_close);
}

} // namespace hawser
