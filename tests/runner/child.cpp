// SPDX-License-Identifier: MIT
#include "child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <system_error>

namespace runner_test {

namespace {

constexpr unsigned patience = 20; // seconds

[[noreturn]] void run(const std::function<std::string()>& body, int output) {
    ::alarm(patience);
    int status = 0;
    std::string said;
    try {
        said = body();
    } catch (const std::exception& error) {
        said = error.what();
        status = 1;
    }
    const ssize_t written = ::write(output, said.data(), said.size());
    ::_exit(written == static_cast<ssize_t>(said.size()) ? status : 2);
}

} // namespace

ChildEnd in_child(const std::function<std::string()>& body) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::system_category(), "pipe2");
    }
    std::fflush(nullptr); // what waits in our buffers is not the child's to write
    const pid_t pid = ::fork();
    if (pid < 0) {
        throw std::system_error(errno, std::system_category(), "fork");
    }
    if (pid == 0) {
        run(body, ends[1]);
    }
    ::close(ends[1]);
    ChildEnd end;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
        end.said.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    end.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return end;
}

} // namespace runner_test
