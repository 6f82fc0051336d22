// SPDX-License-Identifier: MIT
#include "where.h"

#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <netinet/in.h>
#include <sys/un.h>

namespace bench {
namespace {

Where unix_path(std::string_view path) {
    Where where;
    sockaddr_un address{};
    if (path.size() >= sizeof(address.sun_path)) {
        throw std::invalid_argument("the path of a Unix socket has at most " +
                                    std::to_string(sizeof(address.sun_path) - 1) + " bytes");
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    std::memcpy(&where.address, &address, sizeof(address));
    where.length = sizeof(address);
    where.text = path;
    return where;
}

Where loopback_port(std::uint16_t port) {
    Where where;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::memcpy(&where.address, &address, sizeof(address));
    where.length = sizeof(address);
    where.text = "127.0.0.1:" + std::to_string(port);
    return where;
}

} // namespace

Where parse_where(std::string_view text) {
    if (text.starts_with('/')) {
        return unix_path(text);
    }
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stopped != end || port == 0) {
        throw std::invalid_argument("'" + std::string(text) +
                                    "' is neither a port (1 to 65535) nor a path starting with /");
    }
    return loopback_port(port);
}

void fail(const std::string& what, int error_number) {
    std::string reason = std::generic_category().message(error_number);
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    throw std::runtime_error(what + ": " + reason);
}

} // namespace bench
