// SPDX-License-Identifier: MIT
// hawser echo: RFC 862.
#include <hawser/protocols/echo.h>
#include <hawser/runner/plugin.h>

namespace {

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(hawser::factory_for<hawser::Echo>());
}

const hawser::Plugin echo{
    .name = "echo",
    .version = HAWSER_VERSION,
    .summary = "Sends back every byte (RFC 862)",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &echo;
}
