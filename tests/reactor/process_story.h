// SPDX-License-Identifier: MIT
/// \file
/// What happened to one process, as its protocol was told.
#pragma once

#include "reactor_fixture.h"

#include <hawser/reactor/process.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reactor_test {

struct ProcessStory {
    /// "made", "out", "err", "data 3", "lost 0" ..., "exited", "ended", "gone".
    std::vector<std::string> events;
    std::map<int, std::string> data; ///< by descriptor
    std::optional<hawser::ExitStatus> exited;
    std::optional<hawser::ExitStatus> ended;
    hawser::ProcessTransport* transport = nullptr;
    /// Called inside each callback, with its name.
    std::function<void(std::string_view)> during;

    [[nodiscard]] bool saw(std::string_view event) const;
    [[nodiscard]] std::size_t index_of(std::string_view event) const;
    void happened(const std::string& event);
};

/// A protocol that tells \p story, which outlives it.
std::unique_ptr<hawser::ProcessProtocol> telling_process(ProcessStory& story);

/// A shell that does \p script.
hawser::ProcessOptions shell(std::string script);

/// True when no process has the number any more, a zombie neither.
bool process_is_gone(int pid);

} // namespace reactor_test
