// SPDX-License-Identifier: MIT
#include <hawser/testing/log_capture.h>

#include <algorithm>

namespace hawser::testing {

LogCapture::LogCapture() : before_(set_log_sink(this)) {}

LogCapture::~LogCapture() {
    set_log_sink(before_);
}

std::vector<std::string> LogCapture::lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
}

std::size_t LogCapture::count(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(lines_.begin(), lines_.end(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        }));
}

void LogCapture::write(const LogRecord& record) {
    std::string line(to_string(record.level));
    line.append(" ").append(record.area).append(": ").append(record.message);
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
}

} // namespace hawser::testing
