// SPDX-License-Identifier: MIT
#include "child.h"
#include "process_story.h"
#include "system_calls.h"

#include <hawser/core/error.h>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::ExitStatus;
using hawser::ProcessOptions;
using hawser::Reactor;
using hawser::spawn_process;
using Events = std::vector<std::string>;

TEST_SUITE_BEGIN("spawn_process");

TEST_CASE("what it wrote comes first, then its pipes are lost, then it has exited and ended") {
    Reactor reactor(no_signals());
    ProcessStory story;
    const auto process =
        spawn_process(reactor, shell("printf o; printf e >&2; exit 3"), telling_process(story));

    // All of it has happened before we look for the first time.
    siginfo_t info;
    CHECK(::waitid(P_PID, static_cast<id_t>(process.transport()->pid()), &info,
                   WEXITED | WNOWAIT) == 0);
    CHECK(story.events.empty()); // nothing calls back into its caller
    CHECK(turn_until(reactor, [&] { return story.saw("gone"); }));

    CHECK(story.data[1] == "o");
    CHECK(story.data[2] == "e");
    CHECK(story.events.front() == "made");
    for (const auto& before : Events{"out", "err", "lost 0", "lost 1", "lost 2"}) {
        CAPTURE(before);
        CHECK(story.index_of(before) < story.index_of("exited"));
    }
    CHECK(story.events.size() == 9);
    CHECK(story.exited == ExitStatus{3, 0});
    CHECK(story.ended == ExitStatus{3, 0});
    CHECK_FALSE(process);
}

TEST_CASE("what is written reaches its standard input, and the end of it") {
    Reactor reactor(no_signals());
    ProcessStory story;
    ProcessOptions cat;
    cat.program = "cat"; // found in PATH
    story.during = [&](std::string_view event) {
        if (event == "made") {
            story.transport->write("hi");
            story.transport->close_stdin();
        }
    };
    const auto process = spawn_process(reactor, cat, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.data[1] == "hi");
    CHECK(story.ended == ExitStatus{});
    CHECK(story.ended->success());
}

TEST_CASE("a child of it that keeps its output: exited first, ended after the last output") {
    Reactor reactor(no_signals());
    ProcessStory story;
    // The one in the background waits for our word; a shell gives it no standard input unasked.
    const auto process = spawn_process(
        reactor, shell("exec 3<&0; (read word <&3; echo $word) & exit 0"), telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("exited"); }));
    CHECK_FALSE(story.saw("ended"));
    CHECK(process.transport()->exited());
    process.transport()->write("late\n");
    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.data[1] == "late\n");
    CHECK(story.index_of("exited") < story.index_of("out"));
}

TEST_CASE("a signal that is sent at once is delivered") {
    Reactor reactor(no_signals());
    for (const int number : {SIGTERM, SIGKILL, SIGINT}) {
        CAPTURE(number);
        ProcessStory story;
        const auto process = spawn_process(reactor, shell("read forever"), telling_process(story));

        CHECK(process.transport()->signal(number));

        CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));
        CHECK(story.ended == ExitStatus{0, number});
        CHECK_FALSE(story.ended->success());
    }
}

TEST_CASE("a program that cannot be run is an error of the call, which names it") {
    Reactor reactor(no_signals());
    const TemporaryDirectory directory;
    const auto failure = [&](const ProcessOptions& options) {
        ProcessStory story;
        std::string text;
        try {
            static_cast<void>(spawn_process(reactor, options, telling_process(story)));
        } catch (const hawser::Error& error) {
            text = error.what();
        }
        CHECK(story.events == Events{"gone"});
        return text;
    };
    const std::size_t before = open_descriptors();
    ProcessOptions options;

    options.program = "/no/such";
    CHECK(failure(options) == "cannot run /no/such: no such file or directory");
    options.program = "hawser-no-such-program";
    CHECK(failure(options) == "cannot run hawser-no-such-program: no such file or directory");
    options.program = "/etc/passwd";
    CHECK(failure(options) == "cannot run /etc/passwd: permission denied");
    options.program = "cat";
    options.directory = "/no/where";
    CHECK(failure(options) == "cannot run cat in /no/where: no such file or directory");
    options.directory = directory.path();
    options.descriptors[3] = 999;
    CHECK(failure(options) == "cannot run cat: bad file descriptor");
    options.descriptors.erase(3);
    options.arguments = {std::string("a\0b", 3)};
    CHECK(failure(options) == "cannot run cat: invalid argument");
    options.program.clear();
    CHECK_FALSE(failure(options).empty());

    turn_a_little(reactor);
    CHECK(open_descriptors() <= before + 2); // libuv's own for signals
    CHECK(::waitpid(-1, nullptr, WNOHANG) < 0);
}

TEST_CASE("its environment, directory and name are what was asked for") {
    Reactor reactor(no_signals());
    const TemporaryDirectory directory;
    ProcessStory story;
    ProcessOptions options = shell("pwd; echo $NAME; echo $HOME; echo $1");
    options.arguments.insert(options.arguments.end(), {"sh", "argument"});
    options.environment = hawser::Environment{{"NAME", "value"}};
    options.directory = directory.path();
    const auto process = spawn_process(reactor, options, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.data[1] == directory.path() + "\nvalue\n\nargument\n");
}

TEST_CASE("further descriptors: pipes both ways, one of ours, and no other") {
    Reactor reactor(no_signals());
    Pipe shared;
    const int leaked = ::dup(shared.writing.get()); // not marked to be closed
    ProcessStory story;
    ProcessOptions options =
        shell("read word <&3; echo $word >&4; echo shared >&7; ls /proc/self/fd");
    options.descriptors = {{1, hawser::ChildPipe::read},
                           {3, hawser::ChildPipe::write},
                           {4, hawser::ChildPipe::read},
                           {7, shared.writing.get()}};
    story.during = [&](std::string_view event) {
        if (event == "made") {
            story.transport->child(3).write("word\n");
            story.transport->child(3).lose_connection();
            story.transport->write("to nobody");
        }
    };
    const auto process = spawn_process(reactor, options, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));
    ::close(leaked);

    CHECK(story.data[4] == "word\n");
    CHECK(read_some(shared.reading) == "shared\n");
    CHECK(story.data[1] == "0\n1\n2\n3\n4\n5\n7\n"); // 5: the directory that ls reads
    CHECK(story.saw("lost 3"));
    CHECK_FALSE(story.saw("lost 0"));
}

TEST_CASE("a kernel without close_range leaves it no other descriptor either") {
    Reactor reactor(no_signals());
    Pipe pipe;
    std::vector<Fd> leaked; // many, and beyond what a loop over small numbers would find
    for (int number = 5000; number < 5400; ++number) {
        leaked.emplace_back(::fcntl(pipe.writing.get(), F_DUPFD, number));
        REQUIRE(leaked.back().get() == number);
    }
    ProcessStory story;

    system_calls.has_close_range = false;
    const auto process = spawn_process(reactor, shell("ls /proc/self/fd"), telling_process(story));
    system_calls.has_close_range = true;

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));
    CHECK(story.data[1] == "0\n1\n2\n3\n"); // 3: the directory that ls reads
}

TEST_CASE("on a terminal it sees a person, and what it writes is standard output") {
    Reactor reactor(no_signals());
    ProcessStory story;
    ProcessOptions options =
        shell("test -t 0 && test -t 2 && echo terminal > /dev/tty; cat; exit 4");
    options.pty = true;
    story.during = [&](std::string_view event) {
        if (event == "out" && !story.saw("asked")) {
            story.events.emplace_back("asked");
            story.transport->write("typed\n");
            story.transport->close_stdin();
        }
    };
    const auto process = spawn_process(reactor, options, telling_process(story));

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.data[1].starts_with("terminal\r\n"));
    CHECK(story.data[1].ends_with("typed\r\ntyped\r\n")); // the terminal's echo, and cat's
    CHECK(story.saw("lost 1"));
    CHECK(story.ended == ExitStatus{4, 0});
}

TEST_CASE("it runs as another user, without our groups") {
    if (::geteuid() != 0) {
        MESSAGE("not root: left out");
        return;
    }
    Reactor reactor(no_signals());
    ProcessStory story;
    ProcessOptions options = shell("id -u; id -g; id -G");
    options.user = 65534;
    options.group = 65533;
    const gid_t group = 65532;
    REQUIRE(::setgroups(1, &group) == 0);
    const auto process = spawn_process(reactor, options, telling_process(story));
    ::setgroups(0, nullptr);

    CHECK(turn_until(reactor, [&] { return story.saw("ended"); }));

    CHECK(story.data[1] == "65534\n65533\n65533\n");
}

TEST_CASE("many at once, of several reactors in turns, are each told their own end") {
    Reactor reactor(no_signals());
    Reactor other(no_signals());
    std::vector<ProcessStory> stories(20);
    std::vector<hawser::Process> processes;
    for (std::size_t i = 0; i < stories.size(); ++i) {
        processes.push_back(spawn_process(i % 2 == 0 ? reactor : other,
                                          shell("exit " + std::to_string(i)),
                                          telling_process(stories[i])));
    }

    for (std::size_t i = 0; i < stories.size(); ++i) {
        CAPTURE(i);
        CHECK(turn_until(reactor, [&] {
            other.run_once();
            return stories[i].saw("ended");
        }));
        CHECK(stories[i].ended == ExitStatus{static_cast<int>(i), 0});
    }
    struct sigaction after {};
    sigaction(SIGCHLD, nullptr, &after);
    CHECK((after.sa_handler == SIG_DFL)); // no longer watched
}

TEST_SUITE_END();
