// SPDX-License-Identifier: MIT
#include <hawser/runner/plugin.h>

namespace hawser {

ServiceContext::~ServiceContext() = default;

} // namespace hawser
