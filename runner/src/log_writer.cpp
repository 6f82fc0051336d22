// SPDX-License-Identifier: MIT
#include "log_writer.h"

#include "exit_code.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

namespace hawser::runner {

namespace {

// Without O_NONBLOCK a pipe that nobody reads would keep us here.
Descriptor open_log(const std::string& path) {
    Descriptor file(::open(
        path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640));
    if (!file) {
        throw Failure(ExitCode::cannot_create, {errno, std::system_category()},
                      fmt::format("cannot open the log file {}", path));
    }
    return file;
}

std::chrono::system_clock::time_point now() noexcept {
    return std::chrono::system_clock::now();
}

// How much was written: less than all with errno set.
std::size_t write_all(int fd, std::string_view data) noexcept {
    std::size_t written = 0;
    while (written < data.size()) {
        const ssize_t count = ::write(fd, data.data() + written, data.size() - written);
        if (count >= 0) {
            written += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            break;
        }
    }
    return written;
}

} // namespace

LogWriter::LogWriter(LogFormat format, LogLevels levels)
    : format_(format), levels_(std::move(levels)) {}

LogWriter::LogWriter(std::string path, LogFormat format, LogLevels levels)
    : path_(std::move(path)), format_(format), levels_(std::move(levels)), file_(open_log(path_)) {}

LogWriter::~LogWriter() = default;

void LogWriter::write(const LogRecord& record) noexcept {
    try {
        LogFormat format = LogFormat::text;
        {
            const std::lock_guard lock(mutex_);
            if (record.level < levels_.of(record.area)) {
                return;
            }
            format = format_;
        }
        const std::string line = log_line(format, record, now());
        const std::lock_guard lock(mutex_);
        if (add(line) && untold_ > 0) {
            tell_lost();
        }
    } catch (...) { // no memory
        const std::lock_guard lock(mutex_);
        ++lost_;
        ++untold_;
    }
}

bool LogWriter::add(const std::string& line) {
    const int fd = file_ ? file_.get() : STDERR_FILENO;
    const std::string& whole = torn_ ? "\n" + line : line;
    const std::size_t written = write_all(fd, whole);
    if (written == whole.size()) {
        torn_ = false;
        return true;
    }
    const std::error_code error(errno, std::system_category());
    torn_ = torn_ || written > 0;
    ++lost_;
    if (++untold_ == 1 && file_) {
        write_all(STDERR_FILENO,
                  fmt::format("hawser: cannot write the log file {}: {}; records are lost\n", path_,
                              message_of(error)));
    }
    return false;
}

void LogWriter::tell_lost() {
    const std::string count = std::to_string(std::exchange(untold_, 0));
    const LogField field{"count", count};
    add(log_line(format_, {LogLevel::warning, "log", "records were lost", {&field, 1}}, now()));
}

void LogWriter::set_levels(LogLevels levels) noexcept {
    const std::lock_guard lock(mutex_);
    levels_ = std::move(levels);
}

LogLevels LogWriter::levels() const {
    const std::lock_guard lock(mutex_);
    return levels_;
}

LogWriter::Place LogWriter::open(const std::string& path, LogFormat format) {
    return {path, format, path.empty() ? Descriptor() : open_log(path)};
}

void LogWriter::go_to(Place place) noexcept {
    const std::lock_guard lock(mutex_);
    path_ = std::move(place.path);
    format_ = place.format;
    file_ = std::move(place.file);
    torn_ = false;
}

void LogWriter::reopen() noexcept {
    try {
        std::string path;
        {
            const std::lock_guard lock(mutex_);
            path = path_;
        }
        if (path.empty()) {
            return;
        }
        Descriptor file = open_log(path);
        const std::lock_guard lock(mutex_);
        file_ = std::move(file);
        torn_ = false;
    } catch (const std::exception& error) {
        write({LogLevel::error, "log", error.what(), {}});
    }
}

std::uint64_t LogWriter::lost() const noexcept {
    const std::lock_guard lock(mutex_);
    return lost_;
}

} // namespace hawser::runner
