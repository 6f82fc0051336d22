// SPDX-License-Identifier: MIT
#include "child.h"
#include "process_story.h"

#include <hawser/core/error.h>
#include <hawser/reactor/drain.h>
#include <hawser/reactor/run_process.h>

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>
#include <utility>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Deferred;
using hawser::Errc;
using hawser::ProcessOptions;
using hawser::ProcessOutput;
using hawser::Reactor;
using hawser::run_process;
using hawser::RunLimits;
using std::chrono::milliseconds;

namespace {

/// What came of it: exactly one of the two.
struct Outcome {
    std::optional<ProcessOutput> output;
    std::exception_ptr failure;
};

Outcome outcome_of(Reactor& reactor, Deferred<ProcessOutput> running) {
    Outcome outcome;
    const auto done = std::move(running)
                          .then([&](ProcessOutput output) { outcome.output = std::move(output); })
                          .recover([&](std::exception_ptr error) { outcome.failure = error; });
    CHECK(turn_until(reactor, [&] { return outcome.output || outcome.failure; }));
    return outcome;
}

/// Whether all that could write to the pipe ends.
bool ends_soon(Reactor& reactor, const contract::Fd& reading) {
    return turn_until(reactor, [&] {
        pollfd end{reading.get(), POLLIN, 0};
        return ::poll(&end, 1, 0) == 1 && (end.revents & POLLHUP) != 0;
    });
}

} // namespace

TEST_SUITE_BEGIN("run_process");

TEST_CASE("it brings what the program wrote and how it ended") {
    Reactor reactor(no_signals());

    const Outcome outcome =
        outcome_of(reactor, run_process(reactor, shell("cat; echo err >&2; exit 3"), "input"));

    REQUIRE(outcome.output);
    CHECK(outcome.output->out == "input");
    CHECK(outcome.output->err == "err\n");
    CHECK(outcome.output->status == hawser::ExitStatus{3, 0});
    CHECK(to_string(outcome.output->status) == "exited with 3");
}

TEST_CASE("a program that cannot be run fails it") {
    Reactor reactor(no_signals());
    ProcessOptions options;
    options.program = "/no/such";

    const Outcome outcome = outcome_of(reactor, run_process(reactor, options));

    CHECK(hawser::message_of(outcome.failure) == "cannot run /no/such: no such file or directory");
}

TEST_CASE("past a limit the process is ended, and the failure names the output") {
    Reactor reactor(no_signals());
    RunLimits limits;
    limits.out = limits.err = 100'000;

    const Outcome out = outcome_of(reactor, run_process(reactor, shell("yes"), {}, limits));
    CHECK(hawser::message_of(out.failure) ==
          "cannot run /bin/sh: standard output: more output than its limit");
    const Outcome err = outcome_of(reactor, run_process(reactor, shell("yes >&2"), {}, limits));
    CHECK(hawser::code_of(err.failure) == Errc::output_limit);
    try {
        std::rethrow_exception(err.failure);
    } catch (const hawser::OutputLimitError& error) {
        CHECK(error.descriptor() == 2);
    }
}

TEST_CASE("exactly the limit is not too much") {
    Reactor reactor(no_signals());
    RunLimits limits;
    limits.out = 3;

    const Outcome outcome =
        outcome_of(reactor, run_process(reactor, shell("printf abc"), {}, limits));

    REQUIRE(outcome.output);
    CHECK(outcome.output->out == "abc");
}

TEST_CASE("at the deadline it fails, also when a child of the process holds the output") {
    Reactor reactor(no_signals());
    RunLimits limits;
    limits.deadline = milliseconds(30);
    for (const char* script : {"exec sleep 60", "sleep 2 & exit 0"}) {
        CAPTURE(script);
        const Outcome outcome =
            outcome_of(reactor, run_process(reactor, shell(script), {}, limits));
        CHECK(hawser::message_of(outcome.failure) == "cannot run /bin/sh: timed out");
    }
}

TEST_CASE("at the deadline what the process has started is ended with it") {
    for (const std::string script :
         {"sleep 600; true",                                      // a shell that waits
          "trap 'exit 0' TERM; (trap '' TERM; sleep 600) & wait", // and goes first
          "sleep 600 & exit 0"}) {                                // or long before
        CAPTURE(script);
        Reactor reactor(no_signals());
        Pipe alive; // its end comes when nobody is left who could write to it
        ProcessOptions options = shell(script);
        options.descriptors[9] = alive.writing.get();
        RunLimits limits;
        limits.deadline = milliseconds(100);

        auto running = run_process(reactor, options, {}, limits);
        alive.writing = contract::Fd();
        const Outcome outcome = outcome_of(reactor, std::move(running));

        CHECK(hawser::message_of(outcome.failure) == "cannot run /bin/sh: timed out");
        CHECK(ends_soon(reactor, alive.reading));
    }
}

TEST_CASE("what a process that ended well has left behind lives on") {
    Reactor reactor(no_signals());
    Pipe alive;
    Pipe word;
    ProcessOptions options =
        shell("(read word <&8; echo alive >&9) < /dev/null > /dev/null 2>&1 & exit 0");
    options.descriptors[8] = word.reading.get();
    options.descriptors[9] = alive.writing.get();

    const Outcome outcome = outcome_of(reactor, run_process(reactor, options));
    CHECK(outcome.output);
    CHECK(::write(word.writing.get(), "go\n", 3) == 3);

    CHECK(read_some(alive.reading) == "alive\n");
}

TEST_CASE("dropped or canceled, the process is ended") {
    Reactor reactor(no_signals());
    const TemporaryDirectory directory;
    const std::string note = directory.path() + "/pid";
    const std::string words = directory.path() + "/words";
    // It waits for a word that never comes.
    auto running =
        run_process(reactor, shell("mkfifo " + words + "; echo $$ > " + note + ".new; mv " + note +
                                   ".new " + note + "; read forever < " + words));
    pid_t process = 0;
    REQUIRE(turn_until(reactor, [&] { return bool(std::ifstream(note) >> process); }));

    SUBCASE("dropped") {
        running = Deferred<ProcessOutput>();
    }
    SUBCASE("canceled") {
        running.cancel();
        const Outcome outcome = outcome_of(reactor, std::move(running));
        CHECK(hawser::code_of(outcome.failure) == Errc::canceled);
    }
    CHECK(turn_until(reactor, [&] { return ::kill(process, 0) != 0; })); // reaped, too
}

TEST_CASE("more input than a write queue holds is no trouble") {
    Reactor reactor(no_signals());

    const Outcome outcome =
        outcome_of(reactor, run_process(reactor, shell("wc -c"), std::string(20'000'000, 'x')));

    REQUIRE(outcome.output);
    CHECK(std::stoi(outcome.output->out) == 20'000'000);
}

TEST_CASE("a reactor that goes first brings an end, not a hang") {
    std::exception_ptr failure;
    std::optional<ProcessOutput> output;
    Deferred<> running;
    {
        Reactor reactor(no_signals());
        running = run_process(reactor, shell("read forever <&1"))
                      .then([&](ProcessOutput result) { output = std::move(result); })
                      .recover([&](std::exception_ptr error) { failure = error; });
    }
    CHECK((output.has_value() || failure));
}

TEST_SUITE_END();
