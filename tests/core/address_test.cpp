// SPDX-License-Identifier: MIT
#include <hawser/core/address.h>

#include <hawser/core/error.h>

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

using hawser::Address;
using Family = hawser::Address::Family;

namespace {

const std::array<std::uint8_t, 16> link_local{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

/// One of every kind, all different.
std::vector<Address> some_of_each() {
    return {
        Address(),
        Address::ipv4({192, 0, 2, 1}, 80),
        Address::ipv4({192, 0, 2, 1}, 81),
        Address::ipv4({192, 0, 2, 2}, 80),
        Address::ipv4({0, 0, 0, 0}, 0),
        Address::ipv4({255, 255, 255, 255}, 65535),
        Address::ipv6({}, 0),
        Address::ipv6(link_local, 80),
        Address::ipv6(link_local, 80, 2),
        Address::ipv6(link_local, 80, 4294967295U),
        Address::unix_path(""),
        Address::unix_path("/run/chat.sock"),
        Address::unix_path("relative:80"),
        Address::unix_path("@path"),
        Address::unix_path("\\@path"),
        Address::unix_path("\\\\"),
        Address::unix_abstract(""),
        Address::unix_abstract("path"),
        Address::unix_abstract("@path"),
        Address::unix_abstract(std::string("a\0b", 3)),
        Address::vsock(2, 1024),
        Address::vsock(1024, 2),
        Address::vsock(4294967295U, 4294967295U),
        Address::from_raw(std::string("\x10\0", 2)),
        Address::from_raw(std::string("\x10\0\xff", 3)),
    };
}

} // namespace

TEST_SUITE_BEGIN("Address");

TEST_CASE("it prints as people write it") {
    CHECK(to_string(Address()) == "none");
    CHECK(to_string(Address::ipv4({192, 0, 2, 1}, 80)) == "192.0.2.1:80");
    CHECK(to_string(Address::ipv6(link_local, 80)) == "[fe80::1]:80");
    CHECK(to_string(Address::ipv6(link_local, 80, 2)) == "[fe80::1%2]:80");
    CHECK(to_string(Address::unix_path("/run/x")) == "unix:/run/x");
    CHECK(to_string(Address::unix_path("")) == "unix:");
    CHECK(to_string(Address::unix_abstract("name")) == "unix:@name");
    CHECK(to_string(Address::vsock(2, 4294967295)) == "vsock:2:4294967295");
    CHECK(to_string(Address::from_raw(std::string("\x10\0\xff", 3))) == "raw:1000ff");
}

TEST_CASE("what it prints reads back as the same") {
    for (const Address& address : some_of_each()) {
        const std::string text = to_string(address);
        CAPTURE(text);
        CHECK(Address::parse(text) == address);
    }
}

TEST_CASE("different addresses differ in comparison, and equal ones hash alike") {
    const std::vector<Address> each = some_of_each();
    const std::set<Address> ordered(each.begin(), each.end());
    std::unordered_set<Address> hashed(each.begin(), each.end());
    CHECK(ordered.size() == each.size());
    CHECK(hashed.size() == each.size());

    const std::vector<Address> again = some_of_each();
    hashed.insert(again.begin(), again.end());

    CHECK(hashed.size() == each.size());
    CHECK(each == again);
}

TEST_CASE("an IPv4 address that came over IPv6 is an IPv4 address") {
    const std::array<std::uint8_t, 16> mapped{0, 0, 0,    0,    0,   0, 0, 0,
                                              0, 0, 0xff, 0xff, 192, 0, 2, 1};

    CHECK(Address::ipv6(mapped, 80, 3) == Address::ipv4({192, 0, 2, 1}, 80));
    CHECK(Address::from_ip("::ffff:192.0.2.1", 80) == Address::ipv4({192, 0, 2, 1}, 80));
}

TEST_CASE("it tells its parts") {
    const Address v4 = Address::ipv4({192, 0, 2, 1}, 80);
    const Address v6 = Address::ipv6(link_local, 443, 2);
    const Address path = Address::unix_path("/run/x");

    CHECK(v4.family() == Family::ipv4);
    CHECK(v4.is_ip());
    CHECK(v4.port() == 80);
    CHECK(v4.ip() == "192.0.2.1");
    CHECK(v4.ip_octets() == std::string_view("\xc0\x00\x02\x01", 4));
    CHECK(v6.ip() == "fe80::1%2");
    CHECK(v6.scope() == 2);
    CHECK(v6.ip_octets().size() == 16);
    CHECK(path.is_unix());
    CHECK_FALSE(path.is_ip());
    CHECK(path.path() == "/run/x");
    CHECK(path.ip().empty());
    CHECK(path.ip_octets().empty());
    CHECK(path.port() == 0);
    CHECK(Address::unix_abstract("x").is_unix());
    CHECK(path.raw().empty());
    CHECK(Address::from_raw("netlink").raw() == "netlink");
    CHECK(Address::from_raw("netlink").path().empty());
    CHECK_FALSE(Address::from_raw("netlink").is_unix());
    CHECK_FALSE(Address().is_ip());
    CHECK_FALSE(Address().is_unix());
}

TEST_CASE("from_ip is as strict as inet_pton") {
    CHECK(Address::from_ip("1.2.3.4", 80) == Address::ipv4({1, 2, 3, 4}, 80));
    CHECK(Address::from_ip("::1", 80).has_value());
    CHECK(Address::from_ip("fe80::1%2", 80) == Address::ipv6(link_local, 80, 2));

    for (const std::string_view text : {"1.2.3",        "256.1.1.1",
                                        "01.2.3.4",     "1.2.3.4 ",
                                        " 1.2.3.4",     "",
                                        "1.2.3.4%1",    "1.2.3.4%0",
                                        "localhost",    "[::1]",
                                        ":::",          "1::2::3",
                                        "12345::",      "fe80::1%",
                                        "fe80::1%eth0", "fe80::1%4294967296",
                                        "fe80::1%-1",   "fe80::1%1%1",
                                        "0x1.2.3.4",    "16909060"}) {
        CAPTURE(text);
        CHECK_FALSE(Address::from_ip(text, 80));
    }
    CHECK_FALSE(Address::from_ip(std::string_view("1.2.3.4\0", 8), 80));
}

TEST_CASE("parse refuses what it would not print, and quotes it") {
    for (const std::string_view text : {"",
                                        "192.0.2.1",
                                        "192.0.2.1:",
                                        "192.0.2.1:65536",
                                        "192.0.2.1:-1",
                                        "192.0.2.1:+1",
                                        "192.0.2.1: 1",
                                        "::1:80",
                                        "[::1]",
                                        "[::1]:",
                                        "[192.0.2.1]:80",
                                        "[]:80",
                                        "[::1:80",
                                        "None",
                                        "name:80",
                                        "localhost:53",
                                        "unix",
                                        "raw:",
                                        "raw:10",
                                        "raw:100",
                                        "raw:10zz",
                                        "raw:+1+1"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(Address::parse(text), hawser::Error);
    }
    CHECK_THROWS_WITH(Address::parse("name:80"), "cannot read \"name:80\": bad address");
}

TEST_SUITE_END();
