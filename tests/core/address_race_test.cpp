// SPDX-License-Identifier: MIT
#include <hawser/core/detail/address_race.h>
#include <hawser/core/error.h>
#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using hawser::Address;
using hawser::Errc;
using hawser::detail::AddressRace;
using hawser::testing::ManualClock;
using namespace std::chrono_literals;

namespace {

const std::error_code refused = std::make_error_code(std::errc::connection_refused);
const std::error_code unreachable = std::make_error_code(std::errc::network_unreachable);

std::vector<Address> addresses(const std::vector<std::string>& ips) {
    std::vector<Address> all;
    for (const std::string& ip : ips) {
        all.push_back(*Address::from_ip(ip, 80));
    }
    return all;
}

std::vector<std::string> ips(const std::deque<Address>& addresses) {
    std::vector<std::string> all;
    for (const Address& address : addresses) {
        all.push_back(address.ip());
    }
    return all;
}

/// A race that a test looks on at: when each attempt began, and how all of it ended.
struct Seen {
    ManualClock clock;
    ManualClock::time_point start = clock.now();
    std::vector<std::string> began; // "0 192.0.2.1": after how many milliseconds, and to where
    std::error_code at_once;        // what attempts fail with as they begin
    std::optional<std::error_code> ended;
    std::optional<AddressRace> race;

    Seen() {
        race.emplace(
            clock,
            [this](const Address& address) {
                const auto after = (clock.now() - start) / 1ms;
                began.push_back(std::to_string(after) + " " + address.ip());
                return at_once;
            },
            [this](std::error_code error) {
                ended = error;
                race.reset(); // as its owner does
            });
    }
};

} // namespace

TEST_SUITE_BEGIN("AddressRace");

TEST_CASE("families take turns, beginning with the first; each keeps its order") {
    using hawser::detail::interleave_families;
    CHECK(ips(interleave_families(addresses({"::1", "::2", "::3", "192.0.2.1", "192.0.2.2"}))) ==
          std::vector<std::string>{"::1", "192.0.2.1", "::2", "192.0.2.2", "::3"});
    CHECK(ips(interleave_families(addresses({"192.0.2.1", "192.0.2.2", "::1"}))) ==
          std::vector<std::string>{"192.0.2.1", "::1", "192.0.2.2"});
    CHECK(ips(interleave_families(addresses({"::1", "::2"}))) ==
          std::vector<std::string>{"::1", "::2"});
    CHECK(interleave_families({}).empty());
}

TEST_CASE("while nobody answers, the next address is tried every 250 ms") {
    Seen seen;
    seen.race->start(addresses({"::1", "192.0.2.1", "::2"}));
    CHECK(seen.began == std::vector<std::string>{"0 ::1"});

    seen.clock.advance(249ms);
    CHECK(seen.began.size() == 1);
    seen.clock.advance(10s);

    CHECK(seen.began == std::vector<std::string>{"0 ::1", "250 192.0.2.1", "500 ::2"});
    CHECK_FALSE(seen.ended);
    CHECK(seen.clock.scheduled() == 0);
}

TEST_CASE("when one fails the next is tried at once, and then has its 250 ms") {
    Seen seen;
    seen.race->start(addresses({"::1", "192.0.2.1", "::2"}));

    seen.clock.advance(100ms);
    seen.race->failed(refused);
    CHECK(seen.began.back() == "100 192.0.2.1");
    seen.clock.advance(249ms);
    CHECK(seen.began.size() == 2);
    seen.clock.advance(1ms);

    CHECK(seen.began.back() == "350 ::2");
}

TEST_CASE("one that fails as it begins takes no time") {
    Seen seen;
    seen.at_once = unreachable;

    seen.race->start(addresses({"::1", "192.0.2.1", "::2"}));

    CHECK(seen.began == std::vector<std::string>{"0 ::1", "0 192.0.2.1", "0 ::2"});
    CHECK(seen.ended == unreachable);
}

TEST_CASE("when all have failed, the last one says why, and not before") {
    Seen seen;
    seen.race->start(addresses({"::1", "192.0.2.1"}));
    seen.clock.advance(250ms);

    seen.race->failed(unreachable);
    CHECK_FALSE(seen.ended);
    seen.race->failed(refused);

    CHECK(seen.ended == refused);
}

TEST_CASE("without an address the host was not found") {
    Seen seen;
    seen.race->start({});

    CHECK(seen.ended == Errc::host_not_found);
}

TEST_CASE("dropped, it tries no more") {
    Seen seen;
    seen.race->start(addresses({"::1", "192.0.2.1"}));
    seen.race.reset();
    seen.clock.advance(1s);

    CHECK(seen.began.size() == 1);
    CHECK(seen.clock.scheduled() == 0);
}

TEST_SUITE_END();
