// SPDX-License-Identifier: MIT
#include <hawser/core/proxy_header.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using hawser::Address;
using hawser::ProxyHeader;
using hawser::read_proxy_header;
using State = hawser::ProxyHeader::State;
using namespace std::string_literals;

namespace {

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

/// Version 2, with \p length or that of \p block.
std::string octets(unsigned char command, unsigned char family, const std::string& block,
                   std::size_t length = static_cast<std::size_t>(-1)) {
    const std::size_t told = length == static_cast<std::size_t>(-1) ? block.size() : length;
    return signature + static_cast<char>(command) + static_cast<char>(family) +
           static_cast<char>(told >> 8U) + static_cast<char>(told & 0xFFU) + block;
}

const std::string ipv4_block = "\x01\x02\x03\x04\x05\x06\x07\x08\x03\xe8\x07\xd0"s;

std::string ipv6_block() {
    return "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01"s + std::string(15, '\0') + "\x01"s +
           "\x03\xe8\x07\xd0"s;
}

/// A name of 108 octets.
std::string path_block(std::string path) {
    path.resize(108);
    return path;
}

std::string ends(const std::string& data) {
    const ProxyHeader header = read_proxy_header(data);
    CAPTURE(data);
    CHECK(header.state == State::complete);
    CHECK(header.size == data.size());
    return to_string(header.peer) + " to " + to_string(header.host);
}

bool is_bad(std::string_view data) {
    return read_proxy_header(data).state == State::bad;
}

} // namespace

TEST_SUITE_BEGIN("ProxyHeader");

TEST_CASE("a line names both ends, and what follows it is not the header's") {
    const std::string line = "PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n";
    const ProxyHeader header = read_proxy_header(line + "HELLO");

    CHECK(header.state == State::complete);
    CHECK(header.size == line.size());
    CHECK(header.peer == Address::ipv4({1, 2, 3, 4}, 1000));
    CHECK(header.host == Address::ipv4({5, 6, 7, 8}, 2000));
    CHECK(ends("PROXY TCP6 2001:db8::1 ::1 1000 2000\r\n") == "[2001:db8::1]:1000 to [::1]:2000");
    CHECK(ends("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n") ==
          "0.0.0.0:0 to 255.255.255.255:65535");
}

TEST_CASE("an unknown client has no addresses, whatever else the line says") {
    for (const std::string line :
         {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN a b c d\r\n",
          "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"}) {
        CHECK(ends(line) == "none to none");
    }
}

TEST_CASE("octets name both ends") {
    CHECK(ends(octets(0x21, 0x11, ipv4_block)) == "1.2.3.4:1000 to 5.6.7.8:2000");
    CHECK(ends(octets(0x21, 0x12, ipv4_block)) == "1.2.3.4:1000 to 5.6.7.8:2000");
    CHECK(ends(octets(0x21, 0x21, ipv6_block())) == "[2001:db8::1]:1000 to [::1]:2000");
    CHECK(ends(octets(0x21, 0x31, path_block("/run/a") + path_block("\0name"s))) ==
          "unix:/run/a to unix:@name");
    CHECK(ends(octets(0x21, 0x31, path_block("") + path_block(std::string(108, 'p')))) ==
          "unix: to unix:" + std::string(108, 'p'));
}

TEST_CASE("octets of no family, or from the proxy itself, have no addresses") {
    CHECK(ends(octets(0x20, 0x00, "")) == "none to none");
    CHECK(ends(octets(0x20, 0x11, ipv4_block)) == "none to none");
    CHECK(ends(octets(0x21, 0x00, "")) == "none to none");
    CHECK(ends(octets(0x21, 0x00, "whatever")) == "none to none");
    CHECK(ends(octets(0x21, 0x10, ipv4_block)) == "none to none");
}

TEST_CASE("extensions behind the addresses are skipped") {
    const std::string extension = "\x01\x00\x02h2"s; // which protocol the client speaks
    CHECK(ends(octets(0x21, 0x11, ipv4_block + extension)) == "1.2.3.4:1000 to 5.6.7.8:2000");
    CHECK(ends(octets(0x21, 0x21, ipv6_block() + extension + extension)) ==
          "[2001:db8::1]:1000 to [::1]:2000");
    CHECK(ends(octets(0x20, 0x00, extension)) == "none to none");
}

TEST_CASE("every beginning of a header is incomplete") {
    for (const std::string& whole :
         {"PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n"s, "PROXY UNKNOWN\r\n"s,
          octets(0x21, 0x11, ipv4_block), octets(0x21, 0x21, ipv6_block() + "\x01\x00\x00"s)}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK(read_proxy_header(whole.substr(0, size)).state == State::incomplete);
        }
    }
}

TEST_CASE("what is no header is bad from the first octet that shows it") {
    for (const std::string& start : {"GET / HTTP/1.1\r\n"s, "\r\n\r\nx"s, "PROXX"s, "proxy "s,
                                     "\0"s, "\x16\x03\x01"s, " PROXY"s}) {
        CAPTURE(start);
        CHECK(is_bad(start));
    }
}

TEST_CASE("a line is taken strictly") {
    for (const std::string words : {"TCP4 1.2.3.4 5.6.7.8 x 2000",
                                    "TCP4 1.2.3.4 5.6.7.8 -2 2000",
                                    "TCP4 1.2.3.4 5.6.7.8 99999 2000",
                                    "TCP4 999.2.3.4 5.6.7.8 1000 2000",
                                    "TCP4 1.2.3.4 5.6.7.8 1000",
                                    "TCP4 1.2.3.4 5.6.7.8 1000 2000 3000",
                                    "TCP4 1.2.3.4 5.6.7.8 1000 2000 ",
                                    "TCP4  1.2.3.4 5.6.7.8 1000 2000",
                                    "TCP4 1.2.3.4 5.6.7.8 1000 +2000",
                                    "TCP4 1.2.3.4 5.6.7.8 01000 2000",
                                    "TCP4 1.2.3.4 5.6.7.8  2000",
                                    "TCP4 1.2.3 5.6.7.8 1000 2000",
                                    "TCP4 01.2.3.4 5.6.7.8 1000 2000",
                                    "TCP4 ::1 ::1 1000 2000",
                                    "TCP6 1.2.3.4 ::1 1000 2000",
                                    "TCP6 fe80::1%2 ::1 1000 2000",
                                    "TCP6 [::1] ::1 1000 2000",
                                    "UDP4 1.2.3.4 5.6.7.8 1 2",
                                    "tcp4 1.2.3.4 5.6.7.8 1000 2000",
                                    "UNKNOWNS",
                                    "TCP4",
                                    "",
                                    " UNKNOWN",
                                    "TCP4 localhost 5.6.7.8 1000 2000"}) {
        CAPTURE(words);
        CHECK(is_bad("PROXY " + words + "\r\n"));
    }
    CHECK(is_bad("PROXY UNKNOWN\n"));
    CHECK(is_bad("PROXY \n"));
}

TEST_CASE("a line has at most 107 octets with its end") {
    const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x');
    CHECK(longest.size() == 105);

    CHECK(ends(longest + "\r\n") == "none to none");
    CHECK(read_proxy_header(longest + "\r").state == State::incomplete);
    CHECK(is_bad(longest + "x\r\n"));
    CHECK(is_bad(longest + "xx"));
}

TEST_CASE("octets are taken strictly") {
    CHECK(is_bad(octets(0x11, 0x11, ipv4_block))); // no version 2
    CHECK(is_bad(octets(0x31, 0x11, ipv4_block)));
    CHECK(is_bad(octets(0x22, 0x11, ipv4_block)));           // no such command
    CHECK(is_bad(octets(0x21, 0x41, ipv4_block)));           // no such family
    CHECK(is_bad(octets(0x21, 0x13, ipv4_block)));           // no such protocol
    CHECK(is_bad(octets(0x21, 0x11, ipv4_block.substr(1)))); // too short for the family
    CHECK(is_bad(octets(0x21, 0x21, ipv4_block)));
    CHECK(is_bad(octets(0x21, 0x31, ipv6_block())));
    CHECK(is_bad(octets(0x21, 0x11, "")));
}

TEST_CASE("octets have at most 4096, which their length tells before they come") {
    const std::size_t most = hawser::longest_proxy_header - 16;
    const std::string block = ipv4_block + std::string(most - ipv4_block.size(), '\0');

    CHECK(ends(octets(0x21, 0x11, block)) == "1.2.3.4:1000 to 5.6.7.8:2000");
    CHECK(is_bad(octets(0x21, 0x11, "", most + 1)));
    CHECK(is_bad(octets(0x21, 0x11, "", 65535)));
    CHECK(read_proxy_header(octets(0x21, 0x11, "", most)).state == State::incomplete);
}

TEST_CASE("any octets are a header, none, or the beginning of one, and never more than there are") {
    std::mt19937 random(11); // NOLINT(cert-msc51-cpp): the same run each time
    const std::vector<std::string> wholes{
        "PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n"s, "PROXY TCP6 ::1 ::2 1 2\r\n"s,
        octets(0x21, 0x11, ipv4_block), octets(0x21, 0x31, path_block("/a") + path_block("/b"))};
    for (int round = 0; round < 20'000; ++round) {
        std::string data = wholes[random() % wholes.size()];
        for (auto changes = random() % 4; changes > 0; --changes) {
            data[random() % data.size()] = static_cast<char>(random());
        }
        data.resize(random() % (data.size() + 1));
        const ProxyHeader header = read_proxy_header(data);
        REQUIRE(header.size <= data.size());
        REQUIRE((header.state == State::complete) == (header.size > 0));
    }
}

TEST_SUITE_END();
