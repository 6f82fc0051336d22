// SPDX-License-Identifier: MIT
// hawser chargen: RFC 864.
#include <hawser/protocols/chargen.h>
#include <hawser/runner/plugin.h>

namespace {

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(hawser::factory_for<hawser::Chargen>());
}

const hawser::Plugin chargen{
    .name = "chargen",
    .version = HAWSER_VERSION,
    .summary = "Sends characters without end (RFC 864)",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &chargen;
}
