// SPDX-License-Identifier: MIT
/// \file
/// fork_exec(), a program in a process of its own.
#pragma once

#include <hawser/core/descriptor.h>

#include <sys/types.h>

#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace hawser::detail {

/// libuv's uv_spawn() knows no terminals and leaves descriptors open that the host forgot to
/// mark, so this is ours.
struct ForkPlan {
    /// Stands in descriptors for the terminal, which the child opens.
    static constexpr int the_terminal = -1;

    std::vector<std::string> paths;       // of the program, in the order to try
    std::vector<std::string> arguments;   // with the program's name
    std::vector<std::string> environment; // "name=value"
    std::string directory;                // empty: ours
    std::string terminal;                 // its path; empty: none
    std::optional<unsigned> user;
    std::optional<unsigned> group;
    bool process_group = false; // it leads one; with a terminal it does anyway
    std::vector<std::pair<int, int>>
        descriptors; // ours, and what it is in the child; by the latter
};

/// What went wrong, in words that go on behind "cannot run cat".
struct ForkFailure {
    std::string where; // " in /nowhere"; empty: running the program itself
    std::error_code error;
};

/// Waits until the program has begun or cannot. Its signals are as a new program expects them:
/// none is blocked, caught or ignored.
pid_t fork_exec(const ForkPlan& plan, ForkFailure& failure);

} // namespace hawser::detail
