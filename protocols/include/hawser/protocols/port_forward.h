// SPDX-License-Identifier: MIT
/// \file
/// PortForward, which passes a connection on to another place.
#pragma once

#include <hawser/core/connection_ref.h>
#include <hawser/core/deferred.h>
#include <hawser/core/endpoint.h>
#include <hawser/core/export.h>
#include <hawser/core/protocol.h>

#include <system_error>

namespace hawser {

class Network;

/// One of two connections that are each other's: what one reads, the other writes. Each is the
/// other's producer, so whichever side is slow, little more than the write marks is in memory.
/// When one direction ends, that end is passed on; when one connection does, the other is closed.
class HAWSER_API Proxy : public Protocol {
public:
    Proxy();
    ~Proxy() override;

    /// Ties \p a and \p b together. Precondition: both are connected, and neither is tied.
    static void join(Proxy& a, Proxy& b);

    void data_received(Bytes data) override;
    bool read_connection_lost() override;
    void write_connection_lost() override;
    void connection_lost(std::error_code reason) override;

private:
    void follow(Proxy& other);

    ConnectionRef other_;
    bool read_ended_ = false;
    bool write_ended_ = false;
};

/// Connects to its target, and then passes on what comes, both ways. Nothing is read from the
/// client before the target is there. Without one the client is closed, and the log says why.
///
///     reactor.listen("tcp:8080", factory_for<PortForward>(std::ref<Network>(reactor),
///                                                         Endpoint("tcp:example.org:80")));
class HAWSER_API PortForward final : public Proxy {
public:
    PortForward(Network& network, Endpoint target);
    ~PortForward() override;

    void connection_made() override;

private:
    Network& network_;
    Endpoint target_;
    Deferred<> connecting_; // goes with the client, and gives up then
};

} // namespace hawser
