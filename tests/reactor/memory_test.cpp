// SPDX-License-Identifier: MIT
#include "flooder.h"
#include "reactor_fixture.h"

#include <hawser/protocols/echo.h>

#include <unistd.h>

#include <fstream>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t pages = 0;
    statm >> pages >> pages; // all, then resident
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_SUITE_BEGIN("Reactor: memory");

TEST_CASE("four peers that send 150 MB each and never read cost less than 16 MiB") {
    constexpr std::size_t flood = 150'000'000;
    constexpr std::size_t allowed = 16 * 1024 * 1024;
    Reactor reactor(no_signals());
    const auto listener = reactor.listen("tcp:127.0.0.1:0", hawser::factory_for<hawser::Echo>());
    std::vector<Flooder> flooders;
    for (int i = 0; i < 4; ++i) {
        flooders.emplace_back(listener.address());
    }
    turn_a_little(reactor);
    const std::size_t before = resident_bytes();

    int idle_turns = 0;
    REQUIRE(turn_until(reactor, [&] {
        std::size_t sent = 0;
        for (Flooder& flooder : flooders) {
            sent += flooder.send_some(flood - flooder.sent());
        }
        idle_turns = sent == 0 ? idle_turns + 1 : 0;
        return idle_turns == 50;
    }));
    const std::size_t stuck = resident_bytes();
    // Once they read, it all comes back.
    REQUIRE(turn_until(reactor, [&] {
        bool all = true;
        for (Flooder& flooder : flooders) {
            flooder.send_some(flood - flooder.sent());
            flooder.take_some();
            all = all && flooder.taken() == flood;
        }
        return all;
    }));

    if (!sanitized) { // a sanitizer keeps what was freed
        CHECK(stuck < before + allowed);
        CHECK(resident_bytes() < before + allowed);
    }
}

TEST_SUITE_END();
