// SPDX-License-Identifier: MIT
/// \file
/// Options, the command line of the load generator.
#pragma once

#include "../where.h"

#include <chrono>
#include <cstddef>
#include <string>

#include <sys/types.h>

namespace bench {

struct Options {
    std::string scenario;
    Where where;
    std::size_t connections = 0;
    std::size_t size = 0; ///< Bytes of a message, of a line with its '\n', or on their way.
    std::chrono::nanoseconds measured{std::chrono::seconds(2)};
    std::chrono::nanoseconds settle{std::chrono::milliseconds(200)};
    pid_t server = 0; ///< Whose CPU time to report; 0: nobody's.
};

/// Reads the command line; what the scenario leaves open gets the scenario's default. Answers
/// --help and a wrong line itself, and ends the program.
[[nodiscard]] Options read_options(int argc, char** argv);

} // namespace bench
