// SPDX-License-Identifier: MIT
#include <hawser/core/detail/report.h>

#include <hawser/core/detail/class_name.h>
#include <hawser/core/error.h>
#include <hawser/core/log.h>

#include <string>

namespace hawser::detail {

void report_callback(const std::type_info& type, const char* callback,
                     const Address& peer) noexcept {
    try {
        const std::string where = class_name(type) + "::" + callback;
        log(LogLevel::error, "transport", where + " threw: " + message_of(std::current_exception()),
            {{"peer", to_string(peer)}});
    } catch (...) {
        log(LogLevel::error, "transport", "a callback threw");
    }
}

} // namespace hawser::detail
