// SPDX-License-Identifier: MIT
/// \file
/// TemporaryDirectory, where a test may leave files.
#pragma once

#include <string>
#include <string_view>

namespace runner_test {

/// Goes with all that is in it.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string operator/(std::string_view name) const;
    /// Writes a file, and returns its path.
    std::string file(std::string_view name, std::string_view content) const;

private:
    std::string path_;
};

/// All that is in a file; empty when there is none.
[[nodiscard]] std::string content_of(const std::string& path);

} // namespace runner_test
