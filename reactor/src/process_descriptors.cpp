// SPDX-License-Identifier: MIT
#include "process_descriptors.h"

#include "descriptor.h"

#include <hawser/core/error.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <map>

namespace hawser::detail {

namespace {

using Access = PipeTransport::Access;

void check(bool done, const std::string& subject) {
    if (!done) {
        throw Error(last_error(), subject);
    }
}

void open_terminal(ProcessDescriptors& made, const std::string& subject) {
    Descriptor ours(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    check(static_cast<bool>(ours), subject);
    check(::grantpt(ours.get()) == 0 && ::unlockpt(ours.get()) == 0, subject);
    std::array<char, 128> path;
    check(::ptsname_r(ours.get(), path.data(), path.size()) == 0, subject);
    made.terminal = path.data();
    const winsize size{24, 80, 0, 0};
    check(::ioctl(ours.get(), TIOCSWINSZ, &size) == 0, subject);
    made.ours.push_back({1, std::move(ours), Access::both});
}

void open_pipe(ProcessDescriptors& made, int fd, ChildPipe kind, const std::string& subject) {
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC) == 0, subject);
    Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    const bool we_write = kind == ChildPipe::write;
    Descriptor& ours = we_write ? writing : reading;
    Descriptor& theirs = we_write ? reading : writing;
    check(::fcntl(ours.get(), F_SETFL, O_NONBLOCK) == 0, subject); // the child's end stays blocking
    made.in_child.emplace_back(theirs.get(), fd);
    made.theirs.push_back(std::move(theirs));
    made.ours.push_back({fd, std::move(ours), we_write ? Access::write : Access::read});
}

void open_null(ProcessDescriptors& made, int fd, const std::string& subject) {
    Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    check(static_cast<bool>(null), subject);
    made.in_child.emplace_back(null.get(), fd);
    made.theirs.push_back(std::move(null));
}

} // namespace

ProcessDescriptors ProcessDescriptors::make(const ProcessOptions& options,
                                            const std::string& subject) {
    std::map<int, ChildDescriptor> wanted = options.descriptors;
    ProcessDescriptors made;
    if (options.pty) {
        open_terminal(made, subject + " on a terminal");
    }
    for (int fd = 0; fd <= 2; ++fd) {
        if (options.pty) {
            wanted[fd] = ForkPlan::the_terminal;
        } else {
            wanted.try_emplace(fd, ChildPipe::null);
        }
    }
    for (const auto& [fd, kind] : wanted) {
        if (fd < 0) {
            throw Error(std::make_error_code(std::errc::bad_file_descriptor), subject);
        }
        if (const int* shared = std::get_if<int>(&kind)) {
            check(*shared == ForkPlan::the_terminal || ::fcntl(*shared, F_GETFD) >= 0, subject);
            made.in_child.emplace_back(*shared, fd);
        } else if (std::get<ChildPipe>(kind) == ChildPipe::null) {
            open_null(made, fd, subject);
        } else {
            open_pipe(made, fd, std::get<ChildPipe>(kind), subject);
        }
    }
    return made;
}

} // namespace hawser::detail
