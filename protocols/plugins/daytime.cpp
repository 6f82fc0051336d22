// SPDX-License-Identifier: MIT
// hawser daytime: RFC 867.
#include <hawser/protocols/daytime.h>
#include <hawser/runner/plugin.h>

namespace {

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext& context) {
    return context.serve(hawser::factory_for<hawser::Daytime>());
}

const hawser::Plugin daytime{
    .name = "daytime",
    .version = HAWSER_VERSION,
    .summary = "Says what time it is, for people (RFC 867)",
    .make_service = make_service,
};

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &daytime;
}
