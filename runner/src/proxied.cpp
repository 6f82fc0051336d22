// SPDX-License-Identifier: MIT
#include "proxied.h"

#include <hawser/core/proxy_protocol.h>

#include <utility>

namespace hawser::runner {

namespace {

bool begins_with_proxy(const Endpoint& endpoint) noexcept {
    return endpoint.kind_name() == ProxyProtocolKind::name;
}

class ProxiedClients final : public FactoryWrapper {
public:
    using FactoryWrapper::FactoryWrapper;

    std::unique_ptr<Protocol> build_protocol(const Address& peer) override {
        std::unique_ptr<Protocol> protocol = wrapped().build_protocol(peer);
        return protocol ? std::make_unique<ProxiedClient>(std::move(protocol)) : nullptr;
    }
};

} // namespace

Endpoint without_proxies(const Endpoint& endpoint) {
    Endpoint bare = endpoint;
    while (begins_with_proxy(bare)) {
        bare = bare.inner();
    }
    return bare;
}

std::shared_ptr<Factory> behind_proxies(const Endpoint& endpoint, Clock& clock,
                                        std::shared_ptr<Factory> factory) {
    if (!begins_with_proxy(endpoint)) {
        return factory;
    }
    factory = std::make_shared<ProxiedClients>(std::move(factory));
    for (Endpoint outer = endpoint; begins_with_proxy(outer); outer = outer.inner()) {
        factory = behind_proxy(std::move(factory), clock);
    }
    return factory;
}

} // namespace hawser::runner
