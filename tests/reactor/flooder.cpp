// SPDX-License-Identifier: MIT
#include "flooder.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <vector>

namespace reactor_test {

namespace {

constexpr std::size_t at_once = 256 * 1024;

} // namespace

Flooder::Flooder(const hawser::Address& to)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port());
    std::memcpy(&address.sin_addr, to.ip_octets().data(), sizeof(address.sin_addr));
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::system_category(), "a flooder");
    }
}

std::size_t Flooder::send_some(std::size_t most) {
    static const std::vector<char> flood(at_once, 'f');
    const std::size_t before = sent_;
    while (sent_ - before < most) {
        const std::size_t size = std::min(flood.size(), most - (sent_ - before));
        const ssize_t count = ::write(fd_.get(), flood.data(), size);
        if (count <= 0) {
            break;
        }
        sent_ += static_cast<std::size_t>(count);
    }
    return sent_ - before;
}

std::size_t Flooder::take_some() {
    static std::vector<char> buffer(at_once);
    const std::size_t before = taken_;
    for (;;) {
        const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
        if (count <= 0) {
            return taken_ - before;
        }
        taken_ += static_cast<std::size_t>(count);
    }
}

} // namespace reactor_test
