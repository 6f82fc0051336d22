// SPDX-License-Identifier: MIT
#include <hawser/core/process_protocol.h>

#include <cassert>

namespace hawser {

ProcessTransport::~ProcessTransport() = default;

ProcessProtocol::ProcessProtocol() = default;
ProcessProtocol::~ProcessProtocol() = default;

void ProcessProtocol::connection_made() {}
void ProcessProtocol::out_received(Bytes) {}
void ProcessProtocol::err_received(Bytes) {}
void ProcessProtocol::in_connection_lost() {}
void ProcessProtocol::out_connection_lost() {}
void ProcessProtocol::err_connection_lost() {}
void ProcessProtocol::write_paused() {}
void ProcessProtocol::write_resumed() {}
void ProcessProtocol::process_exited(ExitStatus) {}
void ProcessProtocol::process_ended(ExitStatus) {}

void ProcessProtocol::child_data_received(int fd, Bytes data) {
    switch (fd) {
    case 1: out_received(data); break;
    case 2: err_received(data); break;
    default: break;
    }
}

void ProcessProtocol::child_connection_lost(int fd) {
    switch (fd) {
    case 0: in_connection_lost(); break;
    case 1: out_connection_lost(); break;
    case 2: err_connection_lost(); break;
    default: break;
    }
}

void ProcessProtocol::make_connection(ProcessTransport& transport) {
    transport_ = &transport;
    connection_made();
}

ProcessTransport& ProcessProtocol::transport() const noexcept {
    assert(transport_ != nullptr);
    return *transport_;
}

} // namespace hawser
