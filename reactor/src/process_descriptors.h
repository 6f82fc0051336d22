// SPDX-License-Identifier: MIT
/// \file
/// ProcessDescriptors, both ends of what connects us with a process.
#pragma once

#include "fork_exec.h"
#include "pipe_transport.h"

#include <hawser/reactor/process.h>

#include <string>
#include <vector>

namespace hawser::detail {

struct ProcessDescriptors {
    struct Ours {
        int fd; // in the child
        Descriptor end;
        PipeTransport::Access access;
    };

    /// Throws Error naming \p subject.
    static ProcessDescriptors make(const ProcessOptions& options, const std::string& subject);

    std::vector<Ours> ours;
    std::vector<Descriptor> theirs;            // to be closed once the child has them
    std::vector<std::pair<int, int>> in_child; // as ForkPlan has them
    std::string terminal;                      // its path; empty: none
};

} // namespace hawser::detail
