// SPDX-License-Identifier: MIT
/// \file
/// A million timers: the same steps for whoever keeps them.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

namespace timers {

constexpr std::size_t count = 1'000'000;
using Delays = std::vector<std::chrono::milliseconds>;

/// From a second to a minute, in no order, the same each time.
inline Delays delays() {
    Delays made(count);
    std::uint32_t random = 1;
    for (auto& delay : made) {
        random = random * 1664525 + 1013904223; // Numerical Recipes' generator
        delay = std::chrono::milliseconds(1000 + (random >> 8) % 59000);
    }
    return made;
}

/// Prints nanoseconds of processor time of each of a million \p step.
template <class Step>
void measure(const char* what, Step step) {
    const std::clock_t start = std::clock();
    step();
    const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("%-44s %7.1f ns\n", what, took * 1e9 / count);
}

} // namespace timers
