// SPDX-License-Identifier: MIT
/// \file
/// Address, where one end of a connection is: an IP address with its port, or a Unix path.
#pragma once

#include <hawser/core/bytes.h>
#include <hawser/core/export.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

/// A value: copies, compares, hashes, prints, and parse(to_string(a)) == a.
///
/// An IPv4 address that arrived over an IPv6 socket (`::ffff:192.0.2.1`, RFC 4291) is given as
/// the IPv4 address it is.
class HAWSER_API Address {
public:
    enum class Family : std::uint8_t {
        none, ///< unknown: the transport has no address to tell
        ipv4,
        ipv6,
        unix_path,     ///< a Unix socket; an empty path is an unnamed one, as most clients are
        unix_abstract, ///< a name in Linux's abstract namespace, see unix(7)
        vsock,         ///< a port of a virtual machine, see vsock(7)
        other,         ///< any other: the octets of its sockaddr, see raw()
    };

    Address() noexcept = default; ///< Family::none.
    static Address ipv4(std::array<std::uint8_t, 4> ip, std::uint16_t port);
    /// \p scope is the interface index that a link-local address belongs to, else 0.
    static Address ipv6(std::array<std::uint8_t, 16> ip, std::uint16_t port,
                        std::uint32_t scope = 0);
    static Address unix_path(std::string_view path);
    static Address unix_abstract(std::string_view name);
    static Address vsock(std::uint32_t cid, std::uint32_t port);
    /// Of a family that has no function here, netlink for one: \p sockaddr as the system has it,
    /// at most 128 octets, with the family in the first two.
    static Address from_raw(std::string_view sockaddr);

    /// An IP address without brackets: `192.0.2.1`, `::1`, `fe80::1%2`. Strict, as inet_pton(3)
    /// is: no short forms, no leading zeros, no spaces. Null when it is none.
    static std::optional<Address> from_ip(std::string_view ip, std::uint16_t port);

    /// What to_string() prints: `192.0.2.1:80`, `[::1]:80`, `[fe80::1%2]:80`, `unix:/run/x`,
    /// `unix:@name`, `unix:`, `vsock:2:1024`, `raw:1000...` in hexadecimal digits, and `none`; a
    /// path that begins with `@` or a backslash has a backslash before it. Throws
    /// Errc::bad_address: a host name is no address.
    static Address parse(std::string_view text);

    [[nodiscard]] Family family() const noexcept { return family_; }
    [[nodiscard]] bool is_ip() const noexcept;
    [[nodiscard]] bool is_unix() const noexcept;
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; } ///< 0 unless is_ip()
    [[nodiscard]] std::uint32_t scope() const noexcept;                 ///< 0 unless IPv6
    /// The octets in network order: 4 or 16 of them, none unless is_ip().
    [[nodiscard]] std::string_view ip_octets() const noexcept;
    [[nodiscard]] std::string ip() const; ///< As text, without port; empty unless is_ip().
    /// The path or the abstract name (without the `@`); empty unless is_unix().
    [[nodiscard]] std::string_view path() const noexcept { return is_unix() ? name_.view() : ""; }
    [[nodiscard]] std::uint32_t cid() const noexcept;        ///< The machine; 0 unless vsock.
    [[nodiscard]] std::uint32_t vsock_port() const noexcept; ///< 0 unless vsock
    /// The octets of the sockaddr; empty unless Family::other.
    [[nodiscard]] std::string_view raw() const noexcept;

private:
    // Every connection holds one: 32 bytes, and a path only where there is one.
    SharedBytes name_;              // the path, the abstract name, or the raw octets
    std::array<char, 16> octets_{}; // of the IP address; four of them the port of a vsock
    std::uint32_t scope_ = 0;       // or the cid
    std::uint16_t port_ = 0;
    Family family_ = Family::none;
};

HAWSER_API bool operator==(const Address& a, const Address& b) noexcept;
HAWSER_API std::strong_ordering operator<=>(const Address& a, const Address& b) noexcept;

HAWSER_API std::string to_string(const Address& address);

} // namespace hawser

template <>
struct HAWSER_API std::hash<hawser::Address> {
    std::size_t operator()(const hawser::Address& address) const noexcept;
};
