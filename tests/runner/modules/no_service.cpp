// SPDX-License-Identifier: MIT
#include <hawser/runner/plugin.h>

static const hawser::Plugin no_service{.name = "no_service"};

const hawser::Plugin* hawser_plugin() {
    return &no_service;
}
