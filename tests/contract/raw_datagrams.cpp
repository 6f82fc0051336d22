// SPDX-License-Identifier: MIT
#include "raw_datagrams.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace contract {

namespace {

using hawser::Address;

int checked(ssize_t result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::system_category(), what);
    }
    return static_cast<int>(result);
}

struct Name {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    Name() = default;
    explicit Name(const Address& address);
    sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

template <class Raw>
void put(Name& name, const Raw& raw) {
    std::memcpy(&name.storage, &raw, sizeof(raw));
    name.size = sizeof(raw);
}

Name::Name(const Address& address) {
    const std::string_view octets = address.ip_octets();
    if (address.is_unix()) {
        sockaddr_un un{};
        un.sun_family = AF_UNIX;
        std::memcpy(un.sun_path, address.path().data(), address.path().size());
        put(*this, un);
    } else if (address.family() == Address::Family::ipv6) {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(address.port());
        std::memcpy(&in.sin6_addr, octets.data(), octets.size());
        put(*this, in);
    } else {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(address.port());
        std::memcpy(&in.sin_addr, octets.data(), octets.size());
        put(*this, in);
    }
}

Address with_port_of(int fd, const Address& address) {
    Name name;
    checked(getsockname(fd, name.get(), &name.size), "getsockname");
    // Both kinds of IP address have it in the same place.
    const auto& raw = reinterpret_cast<const sockaddr_in&>(name.storage);
    return address.is_unix() ? address : *Address::from_ip(address.ip(), ntohs(raw.sin_port));
}

} // namespace

RawDatagrams::RawDatagrams(const Address& at) {
    Name name(at);
    fd_ = Fd(checked(::socket(name.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                     "socket"));
    checked(bind(fd_.get(), name.get(), name.size), "bind");
    address_ = with_port_of(fd_.get(), at);
}

void RawDatagrams::send(hawser::Bytes data, const Address& to) const {
    Name name(to);
    checked(sendto(fd_.get(), data.data(), data.size(), 0, name.get(), name.size), "sendto");
}

const Texts& RawDatagrams::seen() {
    std::string buffer(1024 * 1024, '\0');
    for (;;) {
        const ssize_t count = recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (count < 0) {
            return seen_;
        }
        seen_.push_back(buffer.substr(0, static_cast<std::size_t>(count)));
    }
}

} // namespace contract
