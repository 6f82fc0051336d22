// SPDX-License-Identifier: MIT
/// \file
/// GreetingKind, a kind of endpoint that wraps what connects.
#pragma once

#include <hawser/core/endpoint_kind.h>
#include <hawser/core/network.h>
#include <hawser/core/protocol_wrapper.h>

#include <memory>
#include <utility>

namespace talker {

/// Says hello before the protocol it wraps says anything.
class Greeting final : public hawser::ProtocolWrapper {
public:
    using ProtocolWrapper::ProtocolWrapper;

    void connection_made() override {
        transport().write("hello");
        ProtocolWrapper::connection_made();
    }
};

class Greeters final : public hawser::FactoryWrapper {
public:
    using FactoryWrapper::FactoryWrapper;

    std::unique_ptr<hawser::Protocol> build_protocol(const hawser::Address& peer) override {
        return std::make_unique<Greeting>(wrapped().build_protocol(peer));
    }
};

/// `hello:tcp:8000`.
class GreetingKind final : public hawser::EndpointKind {
public:
    hawser::Deferred<hawser::Protocol*> connect(hawser::Network& network,
                                                const hawser::Endpoint& endpoint,
                                                std::shared_ptr<hawser::Factory> factory) override {
        return network.connect(endpoint.inner(), std::make_shared<Greeters>(std::move(factory)));
    }
};

} // namespace talker
