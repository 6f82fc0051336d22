// SPDX-License-Identifier: MIT
// Echoes, and brings a kind of endpoint: `near:8000` is a port of this machine alone.
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/network.h>
#include <hawser/protocols/echo.h>
#include <hawser/runner/plugin.h>

#include <string>
#include <utility>

namespace {

using hawser::Endpoint;

class NearKind final : public hawser::EndpointKind {
public:
    void check(const hawser::EndpointKinds&, const Endpoint& endpoint) const override {
        (void)meant_by(endpoint);
    }
    hawser::Listener listen(hawser::Network& network, const Endpoint& endpoint,
                            std::shared_ptr<hawser::Factory> factory) override {
        return network.listen(meant_by(endpoint), std::move(factory));
    }
    hawser::Deferred<hawser::Protocol*> connect(hawser::Network& network, const Endpoint& endpoint,
                                                std::shared_ptr<hawser::Factory> factory) override {
        return network.connect(meant_by(endpoint), std::move(factory));
    }

private:
    static Endpoint meant_by(const Endpoint& endpoint) {
        try {
            return Endpoint("tcp:127.0.0.1:" + endpoint.rest());
        } catch (const hawser::EndpointError&) {
            throw hawser::EndpointError(to_string(endpoint), sizeof("near:"), "no port");
        }
    }
};

void add_kinds(hawser::Network& network) {
    network.kinds().add("near", std::make_unique<NearKind>());
}

// Looks at the endpoint of its option, as portforward does.
std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    if (context.options().given("to")) {
        context.reactor().kinds().check(context.options().get("to"));
    }
    return context.serve(hawser::factory_for<hawser::Echo>());
}

constexpr hawser::PluginOption options[] = {{.name = "to", .value = "ENDPOINT"}};

const hawser::Plugin near_plugin{.name = "near",
                                 .version = "1",
                                 .summary = "Echoes from near by",
                                 .options = options,
                                 .make_service = make_service,
                                 .add_kinds = add_kinds};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &near_plugin;
}
