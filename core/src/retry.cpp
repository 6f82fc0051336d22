// SPDX-License-Identifier: MIT
#include <hawser/core/retry.h>

#include <cmath>
#include <cstdint>

namespace hawser {

std::chrono::nanoseconds Backoff::after(std::size_t failures, double random) const {
    const double grown =
        static_cast<double>(first.count()) * std::pow(factor, static_cast<double>(failures) - 1);
    const double whole = std::fmin(grown, static_cast<double>(longest.count()));
    return std::chrono::nanoseconds(static_cast<std::int64_t>(whole * (1 - jitter * random)));
}

} // namespace hawser
