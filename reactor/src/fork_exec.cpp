// SPDX-License-Identifier: MIT
#include "fork_exec.h"

#include "descriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

namespace hawser::detail {

namespace {

enum class Stage : int { program, terminal, descriptors, directory, identity };

struct Report {
    Stage stage;
    int error;
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// What the child does between fork and exec. Other threads of ours may hold any lock there, so
/// only what is safe in a signal handler is called, and nothing is allocated.
class Child {
public:
    Child(const ForkPlan& plan, int report)
        : plan_(plan), arguments_(pointers_to(plan.arguments)),
          environment_(pointers_to(plan.environment)), descriptors_(plan.descriptors),
          report_(report) {}

    [[noreturn]] void begin() noexcept {
        reset_signals();
        int terminal = -1;
        if (!plan_.terminal.empty()) {
            // The first terminal that a session's leader opens is the session's.
            terminal = ::setsid() < 0 ? -1 : ::open(plan_.terminal.c_str(), O_RDWR | O_CLOEXEC);
            require(terminal >= 0, Stage::terminal);
        } else if (plan_.process_group) {
            ::setpgid(0, 0); // a process that is new and leads no session always may
        }
        place_descriptors(terminal);
        require(plan_.directory.empty() || ::chdir(plan_.directory.c_str()) == 0, Stage::directory);
        change_identity();
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        run();
    }

private:
    [[noreturn]] void fail(Stage stage, int error) noexcept {
        const Report report{stage, error};
        [[maybe_unused]] const ssize_t count = ::write(report_, &report, sizeof(report));
        ::_exit(127);
    }
    void require(bool done, Stage stage) noexcept {
        if (!done) {
            fail(stage, errno);
        }
    }

    static void reset_signals() noexcept {
        struct sigaction action {};
        action.sa_handler = SIG_DFL;
        for (int number = 1; number < NSIG; ++number) {
            sigaction(number, &action, nullptr); // some have no other
        }
    }

    void place_descriptors(int terminal) noexcept {
        const int above = descriptors_.back().second + 1;
        // First out of the way, so that none is overwritten before it was placed.
        const int report = ::fcntl(report_, F_DUPFD_CLOEXEC, above);
        require(report >= 0, Stage::descriptors);
        report_ = report;
        for (auto& [ours, theirs] : descriptors_) {
            ours =
                ::fcntl(ours == ForkPlan::the_terminal ? terminal : ours, F_DUPFD_CLOEXEC, above);
            require(ours >= 0, Stage::descriptors);
        }
        auto next = descriptors_.begin();
        for (int fd = 0; fd < above; ++fd) {
            if (next->second == fd) {
                require(::dup2(next->first, fd) == fd, Stage::descriptors);
                ++next;
            } else {
                ::close(fd);
            }
        }
        // What the host has not marked to be closed at exec().
        if (::close_range(static_cast<unsigned>(above), ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
            mark_open_descriptors(above); // before Linux 5.11
        }
    }

    /// readdir(3) may allocate: we read the directory as it does.
    static void mark_open_descriptors(int above) noexcept {
        const int directory = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0) { // not mounted here: the likely ones
            for (int fd = above; fd < 4096; ++fd) {
                ::fcntl(fd, F_SETFD, FD_CLOEXEC);
            }
        }
        alignas(dirent64) std::array<char, 4096> entries;
        long size = 0;
        while ((size = ::syscall(SYS_getdents64, directory, entries.data(), entries.size())) > 0) {
            for (long at = 0; at < size;) {
                const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
                int fd = 0; // as it stays for "." and ".."
                std::from_chars(entry->d_name, entry->d_name + std::strlen(entry->d_name), fd);
                if (fd >= above) {
                    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
                }
                at += entry->d_reclen;
            }
        }
    }

    void change_identity() noexcept {
        if ((plan_.user || plan_.group) && ::geteuid() == 0) {
            require(::setgroups(0, nullptr) == 0, Stage::identity);
        }
        require(!plan_.group || ::setgid(*plan_.group) == 0, Stage::identity);
        require(!plan_.user || ::setuid(*plan_.user) == 0, Stage::identity);
    }

    [[noreturn]] void run() noexcept {
        int error = ENOENT;
        for (const std::string& path : plan_.paths) {
            ::execve(path.c_str(), arguments_.data(), environment_.data());
            if (errno != ENOENT && errno != ENOTDIR) {
                error = errno;
            }
            if (error != ENOENT && error != EACCES) {
                break;
            }
        }
        fail(Stage::program, error);
    }

    const ForkPlan& plan_;
    std::vector<char*> arguments_;
    std::vector<char*> environment_;
    std::vector<std::pair<int, int>> descriptors_;
    int report_;
};

std::string where(Stage stage, const ForkPlan& plan) {
    switch (stage) {
    case Stage::program: return {};
    case Stage::terminal: return " on a terminal";
    case Stage::descriptors: return " with its descriptors";
    case Stage::directory: return " in " + plan.directory;
    case Stage::identity: return " as another user or group";
    }
    return {};
}

ssize_t read_report(int fd, Report& report) noexcept {
    ssize_t count = 0;
    do {
        count = ::read(fd, &report, sizeof(report));
    } while (count < 0 && errno == EINTR);
    return count;
}

} // namespace

pid_t fork_exec(const ForkPlan& plan, ForkFailure& failure) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        failure = {{}, last_error()};
        return -1;
    }
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    Child child(plan, writing.get());

    // In the child no handler of ours may run.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0) {
        child.begin();
    }
    const std::error_code fork_error = pid < 0 ? last_error() : std::error_code();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) {
        failure = {{}, fork_error};
        return -1;
    }
    writing.close();
    Report report{};
    if (read_report(reading.get(), report) == static_cast<ssize_t>(sizeof(report))) {
        while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        failure = {where(report.stage, plan), {report.error, std::system_category()}};
        return -1;
    }
    return pid; // the end of the pipe: exec() has closed it
}

} // namespace hawser::detail
