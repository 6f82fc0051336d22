// SPDX-License-Identifier: MIT
// hawser discard: RFC 863.
#include <hawser/protocols/discard.h>
#include <hawser/runner/plugin.h>

namespace {

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(hawser::factory_for<hawser::Discard>());
}

const hawser::Plugin discard{
    .name = "discard",
    .version = HAWSER_VERSION,
    .summary = "Throws away what it reads (RFC 863)",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &discard;
}
