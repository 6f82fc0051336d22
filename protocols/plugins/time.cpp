// SPDX-License-Identifier: MIT
// hawser time: RFC 868.
#include <hawser/protocols/time.h>
#include <hawser/runner/plugin.h>

namespace {

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(hawser::factory_for<hawser::Time>());
}

const hawser::Plugin time_plugin{
    .name = "time",
    .version = HAWSER_VERSION,
    .summary = "Says what time it is, for programs (RFC 868)",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &time_plugin;
}
