// SPDX-License-Identifier: MIT
#include <hawser/core/network.h>

#include <hawser/core/error.h>

namespace hawser {

Network::~Network() = default;

Listener Network::bind(const Endpoint& endpoint, std::unique_ptr<DatagramProtocol>) {
    throw Error(std::make_error_code(std::errc::operation_not_supported),
                "cannot bind " + to_string(endpoint));
}

EndpointKinds& Network::kinds() {
    throw Error(std::make_error_code(std::errc::operation_not_supported),
                "cannot add a kind of endpoint to this network");
}

} // namespace hawser
