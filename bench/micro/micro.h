// SPDX-License-Identifier: MIT
/// \file
/// What the small benchmarks share: one operation, many times, the median of the rounds.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace micro {

constexpr int operations = 1000; // a round
constexpr int rounds = 2001;

/// Keeps the compiler from leaving out what makes \p value.
template <class T>
inline void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

/// Nanoseconds for one of the operations that \p round makes, after \p prepare, which is not timed.
template <class Prepare, class Round>
double measure(Prepare prepare, Round round) {
    static std::array<double, rounds> took;
    for (double& each : took) {
        prepare();
        const auto start = std::chrono::steady_clock::now();
        round();
        const std::chrono::duration<double, std::nano> time =
            std::chrono::steady_clock::now() - start;
        each = time.count() / operations;
    }
    std::nth_element(took.begin(), took.begin() + rounds / 2, took.end());
    return took[rounds / 2];
}

template <class Round>
double measure(Round round) {
    return measure([] {}, round);
}

inline void print(const char* what, double nanoseconds) {
    std::printf("%-44s %7.1f ns\n", what, nanoseconds);
}

} // namespace micro
