// SPDX-License-Identifier: MIT
#include "pid_file.h"

#include "exit_code.h"

#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace hawser::runner {

namespace {

[[noreturn]] void fail(const std::string& path) {
    throw Failure(ExitCode::cannot_create, {errno, std::system_category()},
                  fmt::format("cannot write the pid file {}", path));
}

// A link could lead anywhere, and a pipe would keep us waiting.
Descriptor open_file(const std::string& path) {
    Descriptor file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!file) {
        fail(path);
    }
    return file;
}

// What we write is a number and a newline: a longer file is none of ours.
std::string content_of(int file) {
    std::array<char, 32> buffer;
    const ssize_t count = ::pread(file, buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

bool is_pid(std::string_view content) noexcept {
    return content.size() < 20 && content.find_first_not_of("0123456789\n") == content.npos;
}

void lock(int file, const std::string& path) {
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            std::string pid = content_of(file);
            pid.resize(std::min(pid.size(), pid.find('\n')));
            throw Failure(ExitCode::unavailable,
                          !pid.empty() && is_pid(pid)
                              ? fmt::format("pid file {}: already runs as {}", path, pid)
                              : fmt::format("pid file {}: another process holds it", path));
        }
        if (errno != EINTR) {
            fail(path);
        }
    }
}

bool same(const struct stat& one, const struct stat& other) noexcept {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool is_at(int file, const std::string& path) noexcept {
    struct stat ours {};
    struct stat there {};
    return ::fstat(file, &ours) == 0 && ::lstat(path.c_str(), &there) == 0 && same(ours, there);
}

Descriptor open_locked(const std::string& path) {
    while (true) {
        Descriptor file = open_file(path);
        struct stat kind {};
        if (::fstat(file.get(), &kind) != 0) {
            fail(path);
        }
        if (!S_ISREG(kind.st_mode)) {
            throw Failure(ExitCode::cannot_create, fmt::format("pid file {}: not a file", path));
        }
        lock(file.get(), path);
        // One that was just ending may have removed the file between our two calls.
        if (is_at(file.get(), path)) {
            return file;
        }
    }
}

} // namespace

PidFile::PidFile(std::string path) : path_(std::move(path)) {
    assert(path_.starts_with('/'));
    file_ = open_locked(path_);
    if (!is_pid(content_of(file_.get()))) {
        throw Failure(ExitCode::cannot_create,
                      fmt::format("pid file {}: it holds something else", path_));
    }
    write_pid();
}

void PidFile::write_pid() {
    const std::string line = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file_.get(), 0) != 0 ||
        ::pwrite(file_.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
        fail(path_);
    }
    owner_ = ::getpid();
}

PidFile::~PidFile() {
    // The file is locked until it is closed, so nobody takes it between the two calls.
    if (owner_ == ::getpid() && is_at(file_.get(), path_) && ::unlink(path_.c_str()) != 0) {
        static_cast<void>(::ftruncate(file_.get(), 0));
    }
}

} // namespace hawser::runner
