// SPDX-License-Identifier: MIT
#include "name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace reactor_test {

namespace {

constexpr std::size_t header = 12;  // RFC 1035, 4.1.1
constexpr std::uint16_t type_a = 1; // any other question is for IPv6 addresses

void append16(std::string& to, std::uint16_t number) {
    to += static_cast<char>(number >> 8);
    to += static_cast<char>(number & 0xff);
}

std::uint16_t read16(const std::string& from, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(from.at(at)) << 8 |
                                      static_cast<unsigned char>(from.at(at + 1)));
}

} // namespace

NameServer::NameServer() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&where), sizeof(where)) == 0);
}

std::string NameServer::name() const {
    sockaddr_in where{};
    socklen_t size = sizeof(where);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size) == 0);
    return "127.0.0.1:" + std::to_string(ntohs(where.sin_port));
}

void NameServer::serve(hawser::Reactor& reactor) {
    every_.emplace(reactor, [this] { pump(); });
}

void NameServer::pump() {
    for (;;) {
        std::array<char, 512> buffer{};
        sockaddr_in from{};
        socklen_t size = sizeof(from);
        const ssize_t count = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                         reinterpret_cast<sockaddr*>(&from), &size);
        if (count < 0) {
            return;
        }
        const std::string reply =
            answer(std::string(buffer.data(), static_cast<std::size_t>(count)));
        if (!silent) {
            (void)::sendto(socket_.get(), reply.data(), reply.size(), 0,
                           reinterpret_cast<sockaddr*>(&from), size);
        }
    }
}

std::string NameServer::answer(const std::string& query) {
    std::string host;
    std::size_t at = header;
    for (auto length = static_cast<std::size_t>(query.at(at)); length != 0;
         length = static_cast<std::size_t>(query.at(at))) {
        host += (host.empty() ? "" : ".") + query.substr(at + 1, length);
        at += 1 + length;
    }
    const std::uint16_t type = read16(query, at + 1);
    const std::string question = query.substr(header, at + 5 - header);
    questions.push_back((type == type_a ? "A " : "AAAA ") + host);

    const auto known = table_.find(host);
    std::string records;
    std::uint16_t count = 0;
    for (const std::string& ip :
         known == table_.end() ? std::vector<std::string>{} : known->second) {
        const auto address = hawser::Address::from_ip(ip, 0);
        const std::string octets(address->ip_octets());
        if (octets.size() != (type == type_a ? 4U : 16U)) {
            continue;
        }
        append16(records, 0xc00c); // the name in the question
        append16(records, type);
        append16(records, 1); // IN
        append16(records, 0); // for a minute
        append16(records, 60);
        append16(records, static_cast<std::uint16_t>(octets.size()));
        records += octets;
        ++count;
    }
    std::string reply = query.substr(0, 2);
    append16(reply, known == table_.end() ? 0x8183 : 0x8180); // a response; 3: no such name
    append16(reply, 1);
    append16(reply, count);
    append16(reply, 0);
    append16(reply, 0);
    return reply + question + records;
}

} // namespace reactor_test
