// SPDX-License-Identifier: MIT
#include <hawser/runner/plugin.h>

static const hawser::Plugin misnamed{
    .name = "other",
    .make_service = [](hawser::ServiceContext&) { return std::unique_ptr<hawser::Service>(); },
};

const hawser::Plugin* hawser_plugin() {
    return &misnamed;
}
