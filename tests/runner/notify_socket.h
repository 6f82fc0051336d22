// SPDX-License-Identifier: MIT
/// \file
/// NotifySocket, the service manager's end of sd_notify(3).
#pragma once

#include <hawser/core/descriptor.h>

#include <string>
#include <vector>

namespace runner_test {

/// A variable of the environment, which is as before afterwards.
class Variable {
public:
    Variable(const char* name, const std::string& value);
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable();

private:
    const char* name_;
};

class NotifySocket {
public:
    /// At a path, or at `@name`.
    explicit NotifySocket(const std::string& where);

    /// All messages that have come so far.
    [[nodiscard]] std::vector<std::string> messages() const;

private:
    hawser::Descriptor socket_;
};

} // namespace runner_test
