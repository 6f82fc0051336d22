// SPDX-License-Identifier: MIT
#include "unix_socket_file.h"

#include "descriptor.h"
#include "socket_address.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

namespace hawser::detail {

UnixSocketFile::UnixSocketFile(std::string path) : path_(std::move(path)) {
    struct stat file {};
    if (lstat(path_.c_str(), &file) == 0) {
        device_ = file.st_dev;
        inode_ = file.st_ino;
    }
}

UnixSocketFile& UnixSocketFile::operator=(UnixSocketFile&& other) noexcept {
    if (this != &other) {
        remove();
        path_ = std::exchange(other.path_, {});
        device_ = other.device_;
        inode_ = other.inode_;
    }
    return *this;
}

bool UnixSocketFile::remove() noexcept {
    struct stat file {};
    const bool removed = !path_.empty() && lstat(path_.c_str(), &file) == 0 &&
                         file.st_dev == device_ && file.st_ino == inode_ &&
                         unlink(path_.c_str()) == 0;
    path_.clear();
    return removed;
}

bool UnixSocketFile::is_socket(const std::string& path) noexcept {
    struct stat file {};
    return lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode);
}

bool UnixSocketFile::remove_stale(const std::string& path) noexcept {
    if (!is_socket(path)) {
        return false;
    }
    UnixSocketFile probed(path);
    // Only a refusal says that nobody listens; any other answer may come from a living server.
    const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const SocketAddress address(Address::unix_path(path));
    if (!probe || connect(probe.get(), address.get(), address.length) == 0 ||
        errno != ECONNREFUSED) {
        probed.path_.clear(); // stays
        return false;
    }
    return probed.remove(); // unless another server has put its own there meanwhile
}

} // namespace hawser::detail
