// SPDX-License-Identifier: MIT
/// \file
/// LogCapture, what was logged while a test ran.
#pragma once

#include <hawser/core/export.h>
#include <hawser/core/log.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::testing {

/// Takes all records from its construction to its destruction; the sink before it has them again
/// afterwards. Thread-safe.
class HAWSER_API LogCapture final : public LogSink {
public:
    LogCapture();
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;
    ~LogCapture() override;

    /// One line a record: `error transport: Echo::data_received threw: oops`.
    [[nodiscard]] std::vector<std::string> lines() const;
    /// How many lines contain \p text.
    [[nodiscard]] std::size_t count(std::string_view text) const;

    void write(const LogRecord& record) override;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
    LogSink* before_;
};

} // namespace hawser::testing
