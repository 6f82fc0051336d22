// SPDX-License-Identifier: MIT
#include <hawser/core/service.h>

namespace hawser {

Service::Service() = default;
Service::~Service() = default;
void Service::privileged_start() {}

} // namespace hawser
