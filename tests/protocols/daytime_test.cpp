// SPDX-License-Identifier: MIT
#include <hawser/protocols/daytime.h>

#include <hawser/testing/memory_transport.h>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>

using hawser::Daytime;
using hawser::testing::MemoryTransport;

namespace {

using Time = std::chrono::system_clock::time_point;

Time late_in_a_leap_year() {
    using namespace std::chrono;
    return sys_days(2028y / 2 / 29) + 23h + 59min + 7s + 999ms;
}

Time before_the_epoch() {
    using namespace std::chrono;
    return sys_days(1969y / 12 / 31) + 23h + 59min + 59s + 500ms;
}

} // namespace

TEST_SUITE("Daytime") {
    TEST_CASE("one line tells the time in UTC, then the connection ends") {
        MemoryTransport transport;
        transport.attach(std::make_unique<Daytime>(late_in_a_leap_year));

        CHECK(transport.sent() == "2028-02-29T23:59:07Z\r\n");
        CHECK(transport.lost());
        CHECK_FALSE(transport.aborted());
    }

    TEST_CASE("parts of a second are cut off, before 1970 too") {
        MemoryTransport transport;
        transport.attach(std::make_unique<Daytime>(before_the_epoch));

        CHECK(transport.sent() == "1969-12-31T23:59:59Z\r\n");
    }

    TEST_CASE("the clock is the system's unless another is given") {
        MemoryTransport transport;
        transport.attach(std::make_unique<Daytime>());

        CHECK(transport.sent().size() == 22);
        CHECK(transport.sent().ends_with("Z\r\n"));
    }
}
