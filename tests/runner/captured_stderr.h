// SPDX-License-Identifier: MIT
/// \file
/// CapturedStderr, what is written to standard error meanwhile.
#pragma once

#include <hawser/core/descriptor.h>

#include <string>

namespace runner_test {

class CapturedStderr {
public:
    CapturedStderr();
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;
    ~CapturedStderr() { end(); }

    /// Standard error is itself again; returns what was written.
    std::string end();

private:
    hawser::Descriptor before_;
    hawser::Descriptor file_;
};

} // namespace runner_test
