// SPDX-License-Identifier: MIT
/// \file
/// The command line every benchmark server shares: MODE WHERE.
#pragma once

#include "../where.h"

namespace bench {

enum class Mode {
    echo, ///< Every byte goes back.
    line, ///< Every line goes back, one at a time.
    chat, ///< Every line goes to everybody else.
    udp,  ///< Every datagram goes back.
};

struct Arguments {
    Mode mode = Mode::echo;
    Where where;
};

/// Reads the command line. Answers --help and a wrong line itself, and ends the program.
[[nodiscard]] Arguments read_arguments(int argc, char** argv);

} // namespace bench
