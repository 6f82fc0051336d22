// SPDX-License-Identifier: MIT
#include <hawser/runner/plugin.h>

#include <stdexcept>

const hawser::Plugin* hawser_plugin() {
    throw std::runtime_error("not today");
}
