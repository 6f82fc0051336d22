// SPDX-License-Identifier: MIT
#include <hawser/core/factory.h>

#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <cassert>

namespace hawser {

Factory::Factory() = default;
Factory::~Factory() = default;

void Factory::start_factory() {}
void Factory::stop_factory() {}

void Factory::do_start() {
    if (users_ == 0) {
        start_factory();
    }
    ++users_;
}

void Factory::do_stop() noexcept {
    assert(users_ > 0);
    if (--users_ > 0) {
        return;
    }
    try {
        stop_factory();
    } catch (...) {
        log(LogLevel::error, "factory",
            "stop_factory threw: " + message_of(std::current_exception()));
    }
}

} // namespace hawser
