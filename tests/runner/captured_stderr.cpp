// SPDX-License-Identifier: MIT
#include "captured_stderr.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>

namespace runner_test {

CapturedStderr::CapturedStderr()
    : before_(hawser::Descriptor::duplicate_of(STDERR_FILENO)),
      file_(::memfd_create("stderr", MFD_CLOEXEC)) {
    ::dup2(file_.get(), STDERR_FILENO);
}

std::string CapturedStderr::end() {
    if (!before_) {
        return "";
    }
    ::dup2(before_.get(), STDERR_FILENO);
    before_.close();
    std::string text;
    std::array<char, 4096> buffer;
    ::lseek(file_.get(), 0, SEEK_SET);
    for (ssize_t count = 0; (count = ::read(file_.get(), buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

} // namespace runner_test
