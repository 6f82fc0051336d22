// SPDX-License-Identifier: MIT
// hawser portforward: passes connections on.
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
    return context.serve(
        hawser::factory_for<hawser::PortForward>(std::ref<hawser::Network>(context.reactor()),
                                                 hawser::Endpoint(context.options().get("to"))));
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
