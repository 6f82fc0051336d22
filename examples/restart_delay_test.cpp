// SPDX-License-Identifier: MIT
#include "restart_delay.h"

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("fast ends are waited for longer and longer; after a long run it begins anew") {
    hawser::testing::ManualClock clock;
    RestartDelay delay(clock);
    for (const auto wait : {1s, 2s, 4s, 8s}) {
        delay.started();
        clock.advance(500ms);
        CHECK(delay.ended() == wait);
    }

    delay.started();
    clock.advance(2s);
    CHECK(delay.ended() == 0s);

    delay.started();
    CHECK(delay.ended() == 1s);
}

TEST_CASE("it waits for an hour at most") {
    hawser::testing::ManualClock clock;
    RestartDelay delay(clock);
    std::chrono::seconds wait{};
    for (int i = 0; i < 40; ++i) {
        delay.started();
        wait = delay.ended();
    }
    CHECK(wait == 1h);
}
