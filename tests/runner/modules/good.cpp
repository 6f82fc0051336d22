// SPDX-License-Identifier: MIT
// A plug-in as it should be; it says when its code is loaded.
#include <hawser/runner/plugin.h>

#include <cstdlib>

namespace {

std::unique_ptr<hawser::Service> make_service(hawser::ServiceContext&) {
    return nullptr;
}

const hawser::Plugin good{
    .name = "good", .version = "1.2", .summary = "Does nothing", .make_service = make_service};

[[maybe_unused]] const int loaded = setenv("HAWSER_TEST_GOOD_IS_LOADED", "yes", 1);

} // namespace

const hawser::Plugin* hawser_plugin() {
    return &good;
}
