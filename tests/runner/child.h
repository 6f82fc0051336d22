// SPDX-License-Identifier: MIT
/// \file
/// in_child(), for what a process can do only once: become another user, end.
#pragma once

#include <functional>
#include <string>

namespace runner_test {

struct ChildEnd {
    int status = 0;   ///< Its exit status; negative: the signal that ended it.
    std::string said; ///< What \p body has returned, or the text of its exception.
};

/// Runs \p body in a forked process, to the end. It may fail no test.
[[nodiscard]] ChildEnd in_child(const std::function<std::string()>& body);

} // namespace runner_test
