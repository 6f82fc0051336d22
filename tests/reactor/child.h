// SPDX-License-Identifier: MIT
/// \file
/// Child, a process with a standard input and output of its own.
#pragma once

#include "raw_peer.h"

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

namespace reactor_test {

struct Pipe {
    Pipe();
    contract::Fd reading;
    contract::Fd writing;
};

bool write_all(const contract::Fd& to, std::string_view data);
/// Waits for something to read, for as long as it takes the child to end; empty: the end.
std::string read_some(const contract::Fd& from);
/// Everything that is written until the last writer has gone.
std::string read_all(const contract::Fd& from);

/// Runs \p body in a process that is forked here; what it returns is the exit status. The child
/// has no more time than patience, and no test may be failed in it.
class Child {
public:
    Child(const contract::Fd& input, const contract::Fd& output, const std::function<int()>& body);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { wait(); }

    void signal(int number) const noexcept; ///< Precondition: not waited for.
    /// The exit status; negative: the signal that ended it.
    int wait();

private:
    pid_t pid_ = -1;
    int status_ = 0;
};

/// What \p body returns, called in a Child.
std::string in_child(const std::function<std::string()>& body);

} // namespace reactor_test
