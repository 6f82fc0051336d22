// SPDX-License-Identifier: MIT
/// \file
/// A datagram protocol that tells its story.
#pragma once

#include "raw_datagrams.h"
#include "reactor_fixture.h"

#include <hawser/core/datagram_protocol.h>

#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace reactor_test {

/// What happened to the datagram protocols made here. They may outlive it, untold.
struct Datagrams {
    Datagrams() = default;
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;
    ~Datagrams() { *told_to = nullptr; }

    std::unique_ptr<hawser::DatagramProtocol> protocol();

    /// "start", "refused", "receive failed", "write failed", "stop", "gone".
    std::vector<std::string> events;
    contract::Texts datagrams;
    std::vector<hawser::Address> senders;
    std::vector<std::error_code> errors;
    hawser::DatagramTransport* transport = nullptr; ///< null before the start and after the end
    bool echo = false;                              ///< sends back what comes

    [[nodiscard]] std::size_t count(std::string_view event) const;

    std::shared_ptr<Datagrams*> told_to = std::make_shared<Datagrams*>(this); ///< null: it is over
};

/// The text that bind() throws; empty: it does not.
std::string error_of_bind(hawser::Reactor& reactor, const hawser::Endpoint& endpoint);

} // namespace reactor_test
