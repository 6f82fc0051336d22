// SPDX-License-Identifier: MIT
#include <hawser/protocols/time.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

using hawser::testing::MemoryTransport;
using namespace std::chrono;

namespace {

template <std::int64_t SecondsSince1970>
system_clock::time_point at() {
    return system_clock::time_point(seconds(SecondsSince1970) + 999ms);
}

std::string octets(unsigned a, unsigned b, unsigned c, unsigned d) {
    std::string text;
    for (const unsigned octet : {a, b, c, d}) {
        text += static_cast<char>(octet);
    }
    return text;
}

std::string sent_at(hawser::Time::Now now) {
    MemoryTransport transport;
    transport.attach(std::make_unique<hawser::Time>(now));
    CHECK(transport.lost());
    CHECK_FALSE(transport.aborted());
    return transport.sent();
}

} // namespace

TEST_SUITE("Time") {
    // The examples of RFC 868.
    TEST_CASE("the seconds since 1900 are sent, the highest octet first, then the end") {
        CHECK(sent_at(at<0>) == octets(0x83, 0xAA, 0x7E, 0x80));           // 2208988800
        CHECK(sent_at(at<189'302'400>) == octets(0x8E, 0xF3, 0x05, 0x00)); // 2398291200
        CHECK(sent_at(at<1>) == octets(0x83, 0xAA, 0x7E, 0x81));
    }

    TEST_CASE("before 2036-02-07 06:28:16 the count is at its end, then it begins again") {
        const auto first = sys_days(2036y / 2 / 7) + 6h + 28min + 16s;
        REQUIRE(first.time_since_epoch() == 2'085'978'496s);

        CHECK(sent_at(at<2'085'978'495>) == octets(0xFF, 0xFF, 0xFF, 0xFF));
        CHECK(sent_at(at<2'085'978'496>) == octets(0, 0, 0, 0));
    }
}
