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

void UnixSocketFile::remove() noexcept {
    struct stat file {};
    if (!path_.empty() && lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ &&
        file.st_ino == inode_) {
        unlink(path_.c_str());
    }
    path_.clear();
}

bool UnixSocketFile::is_socket(const std::string& path) noexcept {
    struct stat file {};
    return lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode);
}

bool UnixSocketFile::remove_stale(const std::string& path) noexcept {
    if (!is_socket(path)) {
        return false;
    }
    // Only a refusal says that nobody listens; any other answer may come from a living server.
    const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const SocketAddress address(Address::unix_path(path));
    return probe && connect(probe.get(), address.get(), address.length) != 0 &&
           errno == ECONNREFUSED && unlink(path.c_str()) == 0;
}

} // namespace hawser::detail
