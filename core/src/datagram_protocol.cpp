// SPDX-License-Identifier: MIT
#include <hawser/core/datagram_protocol.h>

#include <cassert>

namespace hawser {

DatagramProtocol::DatagramProtocol() = default;
DatagramProtocol::~DatagramProtocol() = default;

void DatagramProtocol::start_protocol() {}
void DatagramProtocol::datagram_received(Bytes, const Address&) {}
void DatagramProtocol::datagram_truncated(Bytes, const Address&) {}
void DatagramProtocol::connection_refused() {}
void DatagramProtocol::receive_failed(std::error_code) {}
void DatagramProtocol::write_failed(const Address&, std::error_code) {}
void DatagramProtocol::stop_protocol() {}

void DatagramProtocol::make_connection(DatagramTransport& transport) {
    transport_ = &transport;
    start_protocol();
}

DatagramTransport& DatagramProtocol::transport() const noexcept {
    assert(transport_ != nullptr);
    return *transport_;
}

} // namespace hawser
