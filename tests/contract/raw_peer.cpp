// SPDX-License-Identifier: MIT
#include "raw_peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace contract {

namespace {

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::system_category(), what);
    }
    return result;
}

struct SocketName {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);
    sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketName name_of(const hawser::Address& address) {
    SocketName name;
    if (address.is_unix()) {
        sockaddr_un un{};
        un.sun_family = AF_UNIX;
        std::strncpy(un.sun_path, std::string(address.path()).c_str(), sizeof(un.sun_path) - 1);
        std::memcpy(&name.storage, &un, sizeof(un));
        name.size = sizeof(un);
    } else {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(address.port());
        std::memcpy(&in.sin_addr, address.ip_octets().data(), sizeof(in.sin_addr));
        std::memcpy(&name.storage, &in, sizeof(in));
        name.size = sizeof(in);
    }
    return name;
}

Fd new_socket(const hawser::Address& address) {
    return Fd(checked(
        ::socket(address.is_unix() ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
}

void set_non_blocking(int fd) {
    const int flags = checked(::fcntl(fd, F_GETFL), "fcntl");
    checked(::fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl");
}

} // namespace

Fd::Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Fd& Fd::operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Fd::~Fd() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

TemporaryDirectory::TemporaryDirectory()
    : path_((std::filesystem::temp_directory_path() / "hawser-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) {
        throw std::system_error(errno, std::system_category(), "mkdtemp");
    }
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

RawListener::RawListener(const hawser::Address& where) : fd_(new_socket(where)), address_(where) {
    SocketName name = name_of(where);
    checked(::bind(fd_.get(), name.get(), name.size), "bind");
    checked(::listen(fd_.get(), 1), "listen");
    set_non_blocking(fd_.get());
    if (where.is_ip()) {
        SocketName bound;
        checked(::getsockname(fd_.get(), bound.get(), &bound.size), "getsockname");
        sockaddr_in in{};
        std::memcpy(&in, &bound.storage, sizeof(in));
        address_ = *hawser::Address::from_ip(where.ip(), ntohs(in.sin_port));
    }
}

Fd RawListener::accept() {
    return Fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

RawPeer::RawPeer(Fd fd) : fd_(std::move(fd)) {
    set_non_blocking(fd_.get());
}

RawPeer RawPeer::connect(const hawser::Address& to) {
    Fd fd = new_socket(to);
    SocketName name = name_of(to);
    checked(::connect(fd.get(), name.get(), name.size), "connect"); // the backlog takes it at once
    return RawPeer(std::move(fd));
}

void RawPeer::vanish() {
    const linger at_once{1, 0}; // of use to TCP only; Unix resets because bytes lie unread
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    fd_ = Fd();
}

void RawPeer::pump() {
    while (open() && !to_send_.empty()) {
        const ssize_t count = ::send(fd_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            break;
        }
        to_send_.erase(0, static_cast<std::size_t>(count));
    }
    if (open() && ending_ && to_send_.empty()) {
        ending_ = false;
        ::shutdown(fd_.get(), SHUT_WR);
    }
    while (open() && taking_ && !saw_end_ && !saw_reset_) {
        std::array<char, 65536> buffer;
        const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (count > 0) {
            seen_.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0) {
            saw_end_ = true;
        } else {
            saw_reset_ = errno == ECONNRESET;
            break;
        }
    }
}

} // namespace contract
