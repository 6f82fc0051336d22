// SPDX-License-Identifier: MIT
#include <hawser/core/with_timeout.h>

#include <fmt/format.h>

namespace hawser::detail {

void throw_timed_out(std::chrono::nanoseconds delay) {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(delay);
    throw Error(Errc::timed_out, fmt::format("no result within {} ms", whole.count()));
}

} // namespace hawser::detail
