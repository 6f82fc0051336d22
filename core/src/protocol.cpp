// SPDX-License-Identifier: MIT
#include <hawser/core/protocol.h>

#include <cassert>

namespace hawser {

Protocol::Protocol() = default;
Protocol::~Protocol() = default;

void Protocol::connection_made() {}
void Protocol::data_received(Bytes) {}
void Protocol::connection_lost(std::error_code) {}
bool Protocol::read_connection_lost() {
    return false;
}
void Protocol::write_connection_lost() {}
void Protocol::write_paused() {}
void Protocol::write_resumed() {}
void Protocol::read_resumed() {}

void Protocol::make_connection(Transport& transport) {
    transport_ = &transport;
    connection_made();
}

Transport& Protocol::transport() const noexcept {
    assert(transport_ != nullptr);
    return *transport_;
}

} // namespace hawser
