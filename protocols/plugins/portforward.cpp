// SPDX-License-Identifier: MIT
// hawser portforward: passes connections on.
#include <hawser/core/endpoint_kind.h>
#include <hawser/protocols/port_forward.h>
#include <hawser/runner/plugin.h>

#include <functional>

namespace {

constexpr hawser::PluginOption options[] = {
    {.name = "to", .value = "ENDPOINT", .help = "where each connection is passed on to"},
};

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    if (!context.options().given("to")) {
        throw hawser::OptionError("to", "missing: where to pass connections on to");
    }
    const hawser::Endpoint target(context.options().get("to"));
    context.reactor().kinds().check(target); // now, not when the first client is there
    return context.serve(hawser::factory_for<hawser::PortForward>(
        std::ref<hawser::Network>(context.reactor()), target));
}

const hawser::Plugin portforward{
    .name = "portforward",
    .version = HAWSER_VERSION,
    .summary = "Passes each connection on to another place",
    .options = options,
    .example = "--to tcp:example.org:80",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &portforward;
}
