// SPDX-License-Identifier: MIT
/// \file
/// UniformRandom, random numbers from 0 to 1: for the jitter of a Backoff.
#pragma once

#include <random>

namespace hawser {

/// Gives numbers in [0, 1), each as likely as the other; not for secrets.
class UniformRandom {
public:
    /// Another sequence in every process and for every object.
    UniformRandom() : UniformRandom(seed_of_the_system()) {}
    /// The sequence of \p seed, the same everywhere.
    explicit UniformRandom(std::mt19937_64::result_type seed) : engine_(seed) {}

    double operator()() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }

private:
    static std::mt19937_64::result_type seed_of_the_system() {
        std::random_device device;
        return (std::mt19937_64::result_type{device()} << 32U) | device();
    }

    std::mt19937_64 engine_;
};

} // namespace hawser
