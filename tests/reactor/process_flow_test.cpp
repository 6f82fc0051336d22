// SPDX-License-Identifier: MIT
#include "process_story.h"

#include <hawser/core/error.h>
#include <hawser/testing/log_capture.h>

#include <csignal>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::ExitStatus;
using hawser::Reactor;
using hawser::spawn_process;

TEST_SUITE_BEGIN("Process: flow control");

TEST_CASE("ten million bytes go through cat and come back") {
    Reactor reactor(no_signals());
    ProcessStory story;
    const std::string much(10'000'000, 'x');
    story.during = [&](std::string_view event) {
        if (event == "made") {
            story.transport->write(much);
            story.transport->close_stdin();
        }
    };
    const auto process = spawn_process(reactor, shell("cat"), telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK((story.data[1] == much));
    CHECK(story.saw("write_paused") == false); // closed: nobody is to write more
    CHECK(story.ended == ExitStatus{});
}

TEST_CASE("a process that reads slower than we write is told to our protocol") {
    Reactor reactor(no_signals());
    ProcessStory story;
    const std::string much(1'000'000, 'x');
    story.during = [&](std::string_view event) {
        if (event == "made") {
            story.transport->write(much);
        } else if (event == "write_paused") {
            story.transport->child(3).write("go on\n");
        } else if (event == "write_resumed") {
            story.transport->close_stdin();
        }
    };
    hawser::ProcessOptions options = shell("read word <&3; wc -c");
    options.descriptors[3] = hawser::ChildPipe::write;
    const auto process = spawn_process(reactor, options, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.index_of("write_paused") < story.index_of("write_resumed"));
    CHECK(std::stoi(story.data[1]) == 1'000'000);
}

TEST_CASE("a process that never reads is killed when its queue is over the cap") {
    const hawser::testing::LogCapture log;
    Reactor reactor(no_signals());
    ProcessStory story;
    story.during = [&](std::string_view event) {
        if (event == "made") {
            story.transport->child(0).get()->set_write_limit(1'000'000);
            story.transport->write(std::string(1'000'000, 'x'));
            story.transport->write(std::string(1'000'000, 'x'));
        }
    };
    hawser::ProcessOptions options = shell("read word <&3");
    options.descriptors[3] = hawser::ChildPipe::write;
    const auto process = spawn_process(reactor, options, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.ended == ExitStatus{0, SIGKILL});
    CHECK(log.count("killed /bin/sh: peer does not read: write queue over its limit") == 1);
}

TEST_CASE("a process that closes its standard input is told, and goes on") {
    Reactor reactor(no_signals());
    ProcessStory story;
    story.during = [&](std::string_view event) {
        if (event == "lost 0") {
            story.transport->write("to nobody");
            story.transport->child(3).write("go on\n");
        }
    };
    hawser::ProcessOptions options = shell("exec 0<&-; read word <&3; echo $word");
    options.descriptors[3] = hawser::ChildPipe::write;
    const auto process = spawn_process(reactor, options, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.index_of("lost 0") < story.index_of("out"));
    CHECK(story.data[1] == "go on\n");
}

TEST_CASE("paused, its outputs wait, over its exit too; ended comes after them") {
    Reactor reactor(no_signals());
    ProcessStory story;
    story.during = [&](std::string_view event) {
        if (event == "made") {
            story.transport->pause_producing();
        }
    };
    const auto process =
        spawn_process(reactor, shell("echo out; echo err >&2"), telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("exited"); }));
    turn_a_little(reactor);
    CHECK_FALSE(story.saw("out"));
    CHECK_FALSE(story.saw("ended"));
    process.transport()->resume_producing();
    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.data[1] == "out\n");
    CHECK(story.data[2] == "err\n");
}

TEST_SUITE_END();
