// SPDX-License-Identifier: MIT
#include <hawser/protocols/token_bucket.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

using hawser::Clock;
using hawser::TokenBucket;
using namespace std::chrono_literals;

namespace {

const Clock::time_point start{1h};

} // namespace

TEST_SUITE("TokenBucket") {
    TEST_CASE("a burst goes through, then one each period") {
        TokenBucket bucket(10, 3);

        CHECK(bucket.take(start) == 0ms);
        CHECK(bucket.take(start) == 0ms);
        CHECK(bucket.take(start) == 100ms);
        CHECK(bucket.take(start + 100ms) == 100ms);
        CHECK(bucket.take(start + 250ms) == 50ms);
    }

    TEST_CASE("it fills again, and never over the burst") {
        TokenBucket bucket(10, 2);
        bucket.take(start);
        bucket.take(start);

        CHECK(bucket.take(start + 200ms) == 0ms);
        CHECK(bucket.take(start + 1h) == 0ms);
        CHECK(bucket.take(start + 1h) == 100ms);
    }

    TEST_CASE("who does not wait goes into debt") {
        TokenBucket bucket(10, 1);

        CHECK(bucket.take(start) == 100ms);
        CHECK(bucket.take(start) == 200ms);
    }

    TEST_CASE("a period that is no whole number is rounded so that the rate is kept") {
        TokenBucket bucket(3, 1);

        CHECK(bucket.take(start) == 333'333'334ns);
    }

    TEST_CASE("over a long time the rate is exact, however much is taken at once") {
        constexpr std::size_t rate = 3'000'017;
        for (const std::size_t count : {std::size_t{4001}, std::size_t{65'536}, 2 * rate}) {
            CAPTURE(count);
            TokenBucket bucket(rate, rate);
            std::size_t taken = 0;
            for (auto now = start; now < start + 100s;) {
                const auto wait = bucket.take(now, count);
                taken += count;
                now += std::max(1ms, std::chrono::ceil<std::chrono::milliseconds>(wait));
            }

            CHECK(taken >= rate * 100);
            CHECK(taken < rate * 101 + count);
        }
    }

    TEST_CASE("a rate of zero is no limit, a burst of zero is one") {
        TokenBucket unlimited(0, 1);
        TokenBucket single(10, 0);

        for (int i = 0; i < 100; ++i) {
            CHECK(unlimited.take(start) == 0ms);
        }
        CHECK(single.take(start) == 100ms);
    }
}
