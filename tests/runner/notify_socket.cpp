// SPDX-License-Identifier: MIT
#include "notify_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <system_error>

namespace runner_test {

Variable::Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
}

Variable::~Variable() {
    ::unsetenv(name_);
}

NotifySocket::NotifySocket(const std::string& where)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(where.begin(), where.end(), address.sun_path);
    if (where.starts_with('@')) {
        address.sun_path[0] = '\0';
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + where.size());
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
        throw std::system_error(errno, std::system_category(), "bind");
    }
}

std::vector<std::string> NotifySocket::messages() const {
    std::vector<std::string> messages;
    std::array<char, 8192> buffer;
    for (ssize_t count = 0;
         (count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) >= 0;) {
        messages.emplace_back(buffer.data(), static_cast<std::size_t>(count));
    }
    return messages;
}

} // namespace runner_test
