// SPDX-License-Identifier: MIT
#include "process_story.h"

#include <hawser/core/error.h>
#include <hawser/reactor/drain.h>
#include <hawser/testing/log_capture.h>

#include <csignal>
#include <stdexcept>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::ExitStatus;
using hawser::Process;
using hawser::ProcessOptions;
using hawser::Reactor;
using hawser::spawn_process;
using std::chrono::milliseconds;

namespace {

/// Says "ready" once SIGTERM means nothing to it.
ProcessOptions stubborn(milliseconds grace) {
    ProcessOptions options = shell("trap '' TERM; echo ready; read forever; read forever");
    options.grace = grace;
    return options;
}

} // namespace

TEST_SUITE_BEGIN("Process: its end");

TEST_CASE("dropping it ends it, and its protocol is told no more") {
    Reactor reactor(no_signals());
    ProcessStory story;
    auto process = spawn_process(reactor, shell("read forever"), telling_process(story));
    CHECK(turn_until(reactor, [&] { return story.saw("made"); }));
    const int pid = process.transport()->pid();

    process = Process();

    CHECK(story.events == std::vector<std::string>{"made", "gone"});
    CHECK(turn_until(reactor, [&] { return process_is_gone(pid); }));
    CHECK(story.events.size() == 2);
}

TEST_CASE("what SIGTERM does not end SIGKILL does, after grace") {
    Reactor reactor(no_signals());
    ProcessStory story;
    auto process = spawn_process(reactor, stubborn(milliseconds(5)), telling_process(story));
    CHECK(turn_until(reactor, [&] { return story.saw("out"); }));

    SUBCASE("when it is asked to terminate") {
        process.transport()->terminate();
        CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));
        CHECK(story.ended == ExitStatus{0, SIGKILL});
    }
    SUBCASE("when it is dropped") {
        const int pid = process.transport()->pid();
        process = Process();
        CHECK(turn_until(reactor, [&] { return process_is_gone(pid); }));
    }
}

TEST_CASE("it may be dropped from any of its callbacks") {
    for (const std::string event : {"made", "out", "lost 1", "exited", "ended"}) {
        CAPTURE(event);
        Reactor reactor(no_signals());
        ProcessStory story;
        Process process;
        story.during = [&](std::string_view now) {
            if (now == event) {
                process = Process();
                CHECK_FALSE(story.saw("gone")); // not under its feet
            }
        };
        process = spawn_process(reactor, shell("echo; exit 0"), telling_process(story));
        const int pid = process.transport()->pid();

        CHECK(turn_until(reactor, [&] { return story.saw("gone") && process_is_gone(pid); }));

        CHECK(story.events.back() == "gone");
        CHECK(story.events[story.events.size() - 2] == event);
    }
}

TEST_CASE("detached it runs without an owner, and its protocol is told to the end") {
    Reactor reactor(no_signals());
    ProcessStory story;
    spawn_process(reactor, shell("exit 5"), telling_process(story)).detach();

    CHECK(turn_until(reactor, [&] { return story.saw("gone"); }));

    CHECK(story.ended == ExitStatus{5, 0});
}

TEST_CASE("an exception from a callback is reported with its class, and the process is killed") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    ProcessStory story;
    story.during = [](std::string_view event) {
        if (event == "out") {
            throw std::runtime_error("out of cheese");
        }
    };
    const auto process =
        spawn_process(reactor, shell("echo; read forever"), telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.ended == ExitStatus{0, SIGKILL});
    CHECK(log.count("Teller::child_data_received threw: out of cheese") == 1);
}

TEST_CASE("a drain terminates processes; what is left at its deadline is killed and counted") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    ProcessStory meek_story;
    ProcessStory stubborn_story;
    // A child of its own keeps the meek one's output: that is not waited for.
    const auto meek = spawn_process(reactor,
                                    shell("(trap '' TERM; read forever <&3) 3<&0 & "
                                          "echo ready; read forever"),
                                    telling_process(meek_story));
    const auto holds_out =
        spawn_process(reactor, stubborn(patience), telling_process(stubborn_story));
    CHECK(turn_until(reactor, [&] { return meek_story.saw("out") && stubborn_story.saw("out"); }));

    hawser::DrainReport report;
    bool done = false;
    const auto draining = drain(reactor, patience).then([&](hawser::DrainReport result) {
        report = result;
        done = true;
    });
    CHECK_THROWS_AS(
        static_cast<void>(spawn_process(reactor, shell(""), telling_process(meek_story))),
        hawser::Error);
    CHECK(turn_until(reactor, [&] { return meek_story.saw("ended"); }));
    const auto hastened = drain(reactor, milliseconds(0));
    CHECK(turn_until(reactor, [&] { return done; }));

    CHECK(report.processes == 2);
    CHECK(report.killed == 1);
    CHECK(meek_story.ended == ExitStatus{0, SIGTERM});
    CHECK(stubborn_story.ended == ExitStatus{0, SIGKILL});
    CHECK(log.count("warning reactor: stopped; processes ended: 1, killed: 1") == 1);
}

TEST_CASE("a reactor that is destroyed ends its processes, and leaves no zombie") {
    ProcessStory meek_story;
    ProcessStory stubborn_story;
    ProcessStory detached_story;
    Process meek;
    Process holds_out;
    std::vector<int> pids;
    {
        Reactor reactor(no_signals());
        meek = spawn_process(reactor, shell("read forever"), telling_process(meek_story));
        holds_out =
            spawn_process(reactor, stubborn(milliseconds(5)), telling_process(stubborn_story));
        pids = {meek.transport()->pid(), holds_out.transport()->pid()};
        spawn_process(reactor, shell("read forever"), telling_process(detached_story)).detach();
        CHECK(turn_until(reactor, [&] { return stubborn_story.saw("out"); }));
    }
    CHECK_FALSE(meek);
    CHECK_FALSE(holds_out);
    CHECK(meek_story.ended == ExitStatus{0, SIGTERM});
    CHECK(stubborn_story.ended == ExitStatus{0, SIGKILL});
    CHECK(detached_story.saw("ended"));
    for (const int pid : pids) {
        CHECK(process_is_gone(pid));
    }
}

TEST_SUITE_END();
