// SPDX-License-Identifier: MIT
#include "child.h"

#include "reactor_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <system_error>
#include <utility>

namespace reactor_test {

Pipe::Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::system_category(), "pipe2");
    }
    reading = contract::Fd(ends[0]);
    writing = contract::Fd(ends[1]);
}

bool write_all(const contract::Fd& to, std::string_view data) {
    return ::write(to.get(), data.data(), data.size()) == static_cast<ssize_t>(data.size());
}

std::string read_some(const contract::Fd& from) {
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : "";
}

std::string read_all(const contract::Fd& from) {
    std::string all;
    for (std::string some; !(some = read_some(from)).empty();) {
        all += some;
    }
    return all;
}

Child::Child(const contract::Fd& input, const contract::Fd& output,
             const std::function<int()>& body) {
    std::fflush(nullptr); // what waits in our buffers is not the child's to write
    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::system_error(errno, std::system_category(), "fork");
    }
    if (pid_ > 0) {
        return;
    }
    ::alarm(static_cast<unsigned>(patience.count()));
    ::dup2(input.get(), STDIN_FILENO);
    ::dup2(output.get(), STDOUT_FILENO);
    // Our copies of the pipes' other ends would keep them open for ever.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    ::_exit(body());
}

void Child::signal(int number) const noexcept {
    ::kill(pid_, number);
}

int Child::wait() {
    if (pid_ > 0 && ::waitpid(std::exchange(pid_, -1), &status_, 0) < 0) {
        return -1;
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

std::string in_child(const std::function<std::string()>& body) {
    Pipe input;
    Pipe output;
    Child child(input.reading, output.writing, [&] {
        const std::string said = body();
        return ::write(STDOUT_FILENO, said.data(), said.size()) < 0 ? 1 : 0;
    });
    output.writing = contract::Fd();
    std::string all = read_all(output.reading);
    CHECK(child.wait() == 0);
    return all;
}

} // namespace reactor_test
