// SPDX-License-Identifier: MIT
#include <hawser/core/descriptor.h>

#include <hawser/core/error.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hawser {

Descriptor Descriptor::duplicate_of(int fd) {
    Descriptor copy(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copy) {
        throw Error({errno, std::system_category()}, "cannot duplicate a descriptor");
    }
    return copy;
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = other.release();
    }
    return *this;
}

void Descriptor::close() noexcept {
    if (fd_ >= 0) {
        ::close(release()); // its errors tell of nothing that could be done again
    }
}

} // namespace hawser
