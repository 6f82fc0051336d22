// SPDX-License-Identifier: MIT
#include <hawser/runner/plugin.h>

const hawser::Plugin* hawser_plugin() {
    return nullptr;
}
