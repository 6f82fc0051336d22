// SPDX-License-Identifier: MIT
#include <hawser/core/protocol.h>

namespace hawser {

Protocol::Protocol() = default;
Protocol::~Protocol() = default;

void Protocol::connection_made() {}
void Protocol::data_received(Bytes) {}
void Protocol::descriptor_received(Descriptor) {}
void Protocol::connection_lost(std::error_code) {}
bool Protocol::read_connection_lost() {
    return false;
}
void Protocol::write_connection_lost() {}
void Protocol::write_paused() {}
void Protocol::write_resumed() {}
void Protocol::read_resumed() {}
bool Protocol::stop_requested() {
    return false;
}

void Protocol::make_connection(Transport& transport) {
    transport_ = &transport;
    connection_made();
}

} // namespace hawser
