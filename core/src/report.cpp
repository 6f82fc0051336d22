// SPDX-License-Identifier: MIT
#include "report.h"

#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <typeinfo>

namespace hawser {

namespace {

std::string class_name(const Protocol& protocol) {
    const char* mangled = typeid(protocol).name();
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> readable(
        abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free);
    return readable ? readable.get() : mangled;
}

} // namespace

void report_callback(const Protocol& protocol, const char* callback, const Address& peer) noexcept {
    try {
        const std::string where = class_name(protocol) + "::" + callback;
        log(LogLevel::error, "transport", where + " threw: " + message_of(std::current_exception()),
            {{"peer", to_string(peer)}});
    } catch (...) {
        log(LogLevel::error, "transport", "a callback threw");
    }
}

} // namespace hawser
