// SPDX-License-Identifier: MIT
#include "watchdog.h"

#include "notify_socket.h"
#include "temporary_directory.h"

#include <hawser/testing/manual_clock.h>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using hawser::runner::ServiceManager;
using hawser::runner::Watchdog;
using hawser::testing::ManualClock;
using runner_test::NotifySocket;
using runner_test::TemporaryDirectory;
using runner_test::Variable;

namespace {

// A manager that wants to hear of us that often.
struct Managed {
    explicit Managed(const std::string& microseconds) : usec("WATCHDOG_USEC", microseconds) {
        manager.emplace();
    }

    TemporaryDirectory directory;
    NotifySocket socket{directory / "notify"};
    Variable variable{"NOTIFY_SOCKET", directory / "notify"};
    Variable usec;
    std::optional<ServiceManager> manager;

    std::size_t heard() {
        std::size_t alive = 0;
        for (const std::string& message : socket.messages()) {
            CHECK(message == "WATCHDOG=1\n");
            ++alive;
        }
        return alive;
    }
};

} // namespace

TEST_SUITE("Watchdog") {
    TEST_CASE("the manager hears of us from the start, in half the time it waits") {
        ManualClock clock;
        Managed managed("30000000");
        const Watchdog watchdog(clock, *managed.manager);

        clock.advance(1ms);
        CHECK(managed.heard() == 1);
        clock.advance(14s);
        CHECK(managed.heard() == 0);
        clock.advance(1s);
        CHECK(managed.heard() == 1);
        clock.advance(60s);
        CHECK(managed.heard() == 4);
    }

    TEST_CASE("a loop that does not turn says nothing") {
        ManualClock clock;
        Managed managed("30000000");
        const Watchdog watchdog(clock, *managed.manager);

        CHECK(managed.heard() == 0);
    }

    TEST_CASE("an absurd interval does not keep the loop busy") {
        ManualClock clock;
        Managed managed("1");
        const Watchdog watchdog(clock, *managed.manager);

        clock.advance(5ms);

        CHECK(managed.heard() <= 6);
    }

    TEST_CASE("a manager that waits for nothing hears nothing") {
        ManualClock clock;
        Managed managed("0");
        const Watchdog watchdog(clock, *managed.manager);

        clock.advance(1h);

        CHECK(clock.scheduled() == 0);
        CHECK(managed.heard() == 0);
    }

    TEST_CASE("it ends with its owner") {
        ManualClock clock;
        Managed managed("2000000");
        std::optional<Watchdog> watchdog;
        watchdog.emplace(clock, *managed.manager);
        clock.advance(1ms);
        CHECK(managed.heard() == 1);

        watchdog.reset();
        clock.advance(10s);

        CHECK(managed.heard() == 0);
    }
}
