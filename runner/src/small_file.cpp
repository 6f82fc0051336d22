// SPDX-License-Identifier: MIT
#include "small_file.h"

#include "exit_code.h"

#include <hawser/core/descriptor.h>
#include <hawser/protocols/text.h>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hawser::runner {

std::string read_small_file(const std::string& path, std::size_t limit) {
    const std::string subject = fmt::format("cannot read {}", printable(path));
    const auto check = [&](bool good) {
        if (!good) {
            throw Failure(ExitCode::config, {errno, std::system_category()}, subject);
        }
    };
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    check(static_cast<bool>(file));
    struct stat kind {};
    check(::fstat(file.get(), &kind) == 0);
    if (!S_ISREG(kind.st_mode)) {
        throw Failure(ExitCode::config, fmt::format("{}: not a file", subject));
    }
    std::string content(limit + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(file.get(), content.data() + size, content.size() - size);
        check(count >= 0 || errno == EINTR);
        if (count == 0) {
            content.resize(size);
            return content;
        }
        size += static_cast<std::size_t>(count > 0 ? count : 0);
    }
    throw Failure(ExitCode::config, fmt::format("{}: it has more than {} bytes", subject, limit));
}

} // namespace hawser::runner
