// SPDX-License-Identifier: MIT
#include <hawser/protocols/token_bucket.h>

#include <doctest/doctest.h>

#include <chrono>

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

    TEST_CASE("a rate of zero is no limit, a burst of zero is one") {
        TokenBucket unlimited(0, 1);
        TokenBucket single(10, 0);

        for (int i = 0; i < 100; ++i) {
            CHECK(unlimited.take(start) == 0ms);
        }
        CHECK(single.take(start) == 100ms);
    }
}
