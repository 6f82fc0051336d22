// SPDX-License-Identifier: MIT
#include "run.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <exception>

#include <unistd.h>

namespace bench {
namespace {

using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_silence{5};

void turn(Scenario& scenario, Poller& poller, nanoseconds longest) {
    for (const epoll_event& event : poller.wait(longest)) {
        scenario.ready(event.data.u32, event.events);
    }
    scenario.turn_ended();
}

void run_until(Clock::time_point end, Scenario& scenario, Poller& poller) {
    for (auto left = end - Clock::now(); left > nanoseconds(0); left = end - Clock::now()) {
        turn(scenario, poller, left);
    }
}

/// Waits for all that is still on its way: a server that lost a byte is found out here.
void wait_for_answers(Scenario& scenario, Poller& poller) {
    scenario.finish();
    Clock::time_point last_byte = Clock::now();
    while (scenario.unanswered() != 0 && Clock::now() - last_byte < longest_silence) {
        const std::uint64_t before = scenario.tally().bytes;
        turn(scenario, poller, longest_silence);
        if (scenario.tally().bytes != before) {
            last_byte = Clock::now();
        }
    }
}

void say(const char* word) {
    std::puts(word);
    std::fflush(stdout);
}

/// The CPU time of all threads of a process. Read here, and not by whoever started this program,
/// so that it is of the same instant as the count of operations.
nanoseconds cpu_time(pid_t process) {
    clockid_t clock{};
    timespec time{};
    if (process == 0) {
        return nanoseconds(0);
    }
    const int error = clock_getcpuclockid(process, &clock);
    if (error != 0 || clock_gettime(clock, &time) != 0) {
        fail("cannot read the CPU time of process " + std::to_string(process),
             error != 0 ? error : errno);
    }
    return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

void note_unanswered(const Scenario& scenario, Measurement& result) {
    result.errors = scenario.unanswered();
    if (result.errors != 0) {
        result.error = std::to_string(result.errors) + " answers did not come within " +
                       std::to_string(longest_silence.count()) + " seconds";
    }
}

} // namespace

Measurement run_timed(Scenario& scenario, Poller& poller, const Options& options) {
    scenario.start();
    Measurement result;
    try {
        run_until(Clock::now() + options.settle, scenario, poller);
        const Tally tally = scenario.tally();
        const auto begin = Clock::now();
        const nanoseconds cpu = cpu_time(options.server);
        say("start");
        run_until(begin + options.measured, scenario, poller);
        result.server_cpu = cpu_time(options.server) - cpu;
        result.time = Clock::now() - begin;
        result.tally.operations = scenario.tally().operations - tally.operations;
        result.tally.bytes = scenario.tally().bytes - tally.bytes;
        say("end");
        wait_for_answers(scenario, poller);
        note_unanswered(scenario, result);
    } catch (const std::exception& error) {
        result.errors = 1;
        result.error = error.what();
    }
    return result;
}

Measurement run_idle(Scenario& scenario, Poller& poller) {
    scenario.start();
    Measurement result;
    try {
        wait_for_answers(scenario, poller);
        note_unanswered(scenario, result);
        if (result.errors != 0) {
            return result;
        }
        const auto begin = Clock::now();
        say("start");
        std::array<char, 4096> ignored;
        ssize_t count = 1;
        while (count > 0 || (count < 0 && errno == EINTR)) {
            count = read(STDIN_FILENO, ignored.data(), ignored.size());
        }
        say("end");
        result.time = Clock::now() - begin;
        result.tally = scenario.tally();
        turn(scenario, poller, nanoseconds(0)); // has the server closed one of them?
    } catch (const std::exception& error) {
        result.errors = 1;
        result.error = error.what();
    }
    return result;
}

} // namespace bench
