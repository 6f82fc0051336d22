// SPDX-License-Identifier: MIT
#include <hawser/core/address.h>

#include <hawser/core/error.h>

#include <fmt/format.h>

#include <arpa/inet.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstring>
#include <tuple>

namespace hawser {

namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view vsock_prefix = "vsock:";
constexpr std::string_view raw_prefix = "raw:";
constexpr std::size_t longest_raw = 128; // sizeof(sockaddr_storage)

template <class Number>
std::optional<Number> number_from(std::string_view digits) {
    Number number{};
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || stop != end || error != std::errc()) {
        return std::nullopt;
    }
    return number;
}

std::optional<Address> ip_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view ip = text.substr(0, colon);
    const bool brackets = ip.size() > 2 && ip.front() == '[' && ip.back() == ']';
    if (brackets) {
        ip = ip.substr(1, ip.size() - 2);
    }
    const auto port = number_from<std::uint16_t>(text.substr(colon + 1));
    auto address = port ? Address::from_ip(ip, *port) : std::nullopt;
    if (address && (address->family() == Address::Family::ipv6) != brackets) {
        return std::nullopt;
    }
    return address;
}

std::optional<Address> vsock_address(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto cid = number_from<std::uint32_t>(text.substr(0, colon));
    const auto port = colon == std::string_view::npos
                          ? std::nullopt
                          : number_from<std::uint32_t>(text.substr(colon + 1));
    return cid && port ? std::optional(Address::vsock(*cid, *port)) : std::nullopt;
}

std::optional<Address> raw_address(std::string_view digits) {
    std::string octets;
    for (; digits.size() >= 2; digits.remove_prefix(2)) {
        unsigned octet = 0;
        const auto [stop, error] = std::from_chars(digits.data(), digits.data() + 2, octet, 16);
        if (error != std::errc() || stop != digits.data() + 2) {
            return std::nullopt;
        }
        octets += static_cast<char>(octet);
    }
    if (!digits.empty() || octets.size() < 2 || octets.size() > longest_raw) {
        return std::nullopt;
    }
    return Address::from_raw(octets);
}

} // namespace

Address Address::ipv4(std::array<std::uint8_t, 4> ip, std::uint16_t port) {
    Address address;
    address.family_ = Family::ipv4;
    address.port_ = port;
    std::copy(ip.begin(), ip.end(), address.octets_.begin());
    return address;
}

Address Address::ipv6(std::array<std::uint8_t, 16> ip, std::uint16_t port, std::uint32_t scope) {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(mapped.begin(), mapped.end(), ip.begin())) {
        return ipv4({ip[12], ip[13], ip[14], ip[15]}, port);
    }
    Address address;
    address.family_ = Family::ipv6;
    address.port_ = port;
    address.scope_ = scope;
    std::copy(ip.begin(), ip.end(), address.octets_.begin());
    return address;
}

Address Address::unix_path(std::string_view path) {
    Address address;
    address.family_ = Family::unix_path;
    address.name_ = SharedBytes(path);
    return address;
}

Address Address::unix_abstract(std::string_view name) {
    Address address;
    address.family_ = Family::unix_abstract;
    address.name_ = SharedBytes(name);
    return address;
}

Address Address::vsock(std::uint32_t cid, std::uint32_t port) {
    Address address;
    address.family_ = Family::vsock;
    address.scope_ = cid;
    std::memcpy(address.octets_.data(), &port, sizeof(port));
    return address;
}

Address Address::from_raw(std::string_view sockaddr) {
    assert(sockaddr.size() >= 2 && sockaddr.size() <= longest_raw);
    Address address;
    address.family_ = Family::other;
    address.name_ = SharedBytes(sockaddr);
    return address;
}

std::optional<Address> Address::from_ip(std::string_view ip, std::uint16_t port) {
    std::uint32_t scope = 0;
    std::string literal(ip);
    if (const std::size_t percent = ip.find('%'); percent != std::string_view::npos) {
        const auto index = number_from<std::uint32_t>(ip.substr(percent + 1));
        if (!index) {
            return std::nullopt;
        }
        scope = *index;
        literal.resize(percent);
    }
    if (literal.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    if (std::array<std::uint8_t, 4> v4{}; scope == 0 && literal.size() == ip.size() &&
                                          inet_pton(AF_INET, literal.c_str(), v4.data()) == 1) {
        return ipv4(v4, port);
    }
    if (std::array<std::uint8_t, 16> v6{}; inet_pton(AF_INET6, literal.c_str(), v6.data()) == 1) {
        return ipv6(v6, port, scope);
    }
    return std::nullopt;
}

Address Address::parse(std::string_view text) {
    if (text == "none") {
        return {};
    }
    if (text.starts_with(unix_prefix)) {
        const std::string_view path = text.substr(unix_prefix.size());
        return path.starts_with('@') ? unix_abstract(path.substr(1))
                                     : unix_path(path.substr(path.starts_with('\\') ? 1 : 0));
    }
    const auto address =
        text.starts_with(vsock_prefix) ? vsock_address(text.substr(vsock_prefix.size()))
        : text.starts_with(raw_prefix) ? raw_address(text.substr(raw_prefix.size()))
                                       : ip_and_port(text);
    if (address) {
        return *address;
    }
    throw Error(Errc::bad_address, fmt::format("cannot read \"{}\"", text));
}

bool operator==(const Address& a, const Address& b) noexcept {
    return std::is_eq(a <=> b);
}

std::strong_ordering operator<=>(const Address& a, const Address& b) noexcept {
    const auto key = [](const Address& address) {
        return std::tuple(address.family(), address.ip_octets(), address.scope(), address.port(),
                          address.path(), address.cid(), address.vsock_port(), address.raw());
    };
    return key(a) <=> key(b);
}

bool Address::is_ip() const noexcept {
    return family_ == Family::ipv4 || family_ == Family::ipv6;
}

bool Address::is_unix() const noexcept {
    return family_ == Family::unix_path || family_ == Family::unix_abstract;
}

std::string_view Address::ip_octets() const noexcept {
    switch (family_) {
    case Family::ipv4: return {octets_.data(), 4};
    case Family::ipv6: return {octets_.data(), 16};
    default: return {};
    }
}

std::uint32_t Address::scope() const noexcept {
    return family_ == Family::ipv6 ? scope_ : 0;
}

std::uint32_t Address::cid() const noexcept {
    return family_ == Family::vsock ? scope_ : 0;
}

std::uint32_t Address::vsock_port() const noexcept {
    std::uint32_t port = 0;
    if (family_ == Family::vsock) {
        std::memcpy(&port, octets_.data(), sizeof(port));
    }
    return port;
}

std::string_view Address::raw() const noexcept {
    return family_ == Family::other ? name_.view() : std::string_view();
}

std::string Address::ip() const {
    if (!is_ip()) {
        return {};
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family_ == Family::ipv4 ? AF_INET : AF_INET6, octets_.data(), text.data(),
              text.size());
    return scope_ == 0 ? std::string(text.data()) : fmt::format("{}%{}", text.data(), scope_);
}

std::string to_string(const Address& address) {
    switch (address.family()) {
    case Address::Family::none: return "none";
    case Address::Family::ipv4: return fmt::format("{}:{}", address.ip(), address.port());
    case Address::Family::ipv6: return fmt::format("[{}]:{}", address.ip(), address.port());
    case Address::Family::unix_path: {
        // What would read as an abstract name is escaped.
        const bool escape = address.path().starts_with('@') || address.path().starts_with('\\');
        return fmt::format("unix:{}{}", escape ? "\\" : "", address.path());
    }
    case Address::Family::unix_abstract: return fmt::format("unix:@{}", address.path());
    case Address::Family::vsock:
        return fmt::format("vsock:{}:{}", address.cid(), address.vsock_port());
    case Address::Family::other: {
        std::string text(raw_prefix);
        for (const char octet : address.raw()) {
            text += fmt::format("{:02x}", static_cast<unsigned char>(octet));
        }
        return text;
    }
    }
    return "none";
}

} // namespace hawser

std::size_t std::hash<hawser::Address>::operator()(const hawser::Address& address) const noexcept {
    const std::hash<std::string_view> of;
    std::size_t mixed = of(address.ip_octets()) * 31 + of(address.path()) + of(address.raw());
    mixed = mixed * 31 + address.port();
    mixed = mixed * 31 + address.scope();
    mixed = mixed * 31 + address.cid();
    mixed = mixed * 31 + address.vsock_port();
    return mixed * 31 + static_cast<std::size_t>(address.family());
}
