// SPDX-License-Identifier: MIT
// Over real sockets and with real deaths: tests/programs/forking_server.py.
#include "child.h"
#include "reactor_fixture.h"

#include <hawser/reactor/workers.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Worker;
using std::chrono::milliseconds;

namespace {

// In a child: without the handlers of the test program, which workers would have too. The child has
// closed what libuv had open, and libuv does so once more behind each fork(): so that those are
// none of ours by then, the numbers are taken.
int run(const std::function<int(Worker&)>& body, const hawser::WorkersOptions& options) {
    ::signal(SIGTERM, SIG_DFL);
    const int above_libuv = 64;
    while (::dup(STDIN_FILENO) < above_libuv) {
    }
    return hawser::run_workers({}, body, options);
}

hawser::WorkersOptions quick(std::size_t workers) {
    hawser::WorkersOptions options;
    options.workers = workers;
    options.restart_pause = milliseconds(1);
    options.longest_pause = milliseconds(4);
    return options;
}

// What a worker does to have its parent end.
void end_parent() {
    ::kill(::getppid(), SIGTERM);
}

[[noreturn]] void wait_for_signal() {
    ::alarm(static_cast<unsigned>(patience.count())); // should nobody end us
    while (true) {
        ::pause();
    }
}

} // namespace

TEST_SUITE_BEGIN("run_workers");

TEST_CASE("a worker that ends, well or not, is replaced until the parent is told to end") {
    Pipe input;
    Pipe output;
    // Each worker reads what it is to do.
    REQUIRE(write_all(input.writing, "0739t!"));
    Child parent(input.reading, output.writing, [] {
        return run(
            [](Worker&) -> int {
                char task = 0;
                if (::read(STDIN_FILENO, &task, 1) != 1 || ::write(STDOUT_FILENO, &task, 1) != 1) {
                    return 1;
                }
                switch (task) {
                case '!': end_parent(); wait_for_signal();
                case '9': ::kill(::getpid(), SIGKILL); break;
                case 't': throw std::runtime_error("tripped");
                default: break;
                }
                return task - '0';
            },
            quick(1));
    });
    output.writing = contract::Fd();

    CHECK(read_all(output.reading) == "0739t!");
    CHECK(parent.wait() == 0);
}

TEST_CASE("each worker has its number") {
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        return run(
            [](Worker& worker) -> int {
                const char number = static_cast<char>('0' + worker.number());
                if (::write(STDOUT_FILENO, &number, 1) != 1) {
                    return 1;
                }
                wait_for_signal();
            },
            quick(3));
    });
    output.writing = contract::Fd();

    std::string numbers;
    while (numbers.size() < 3) {
        numbers += read_some(output.reading);
    }
    std::sort(numbers.begin(), numbers.end());
    CHECK(numbers == "012");
    parent.signal(SIGTERM);
    CHECK(parent.wait() == 0);
}

TEST_CASE("the parent is ready when all workers are, and says before them that it stops") {
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        auto options = quick(2);
        options.ready = [] { (void)!::write(STDOUT_FILENO, "r", 1); };
        options.stopping = [] { (void)!::write(STDOUT_FILENO, "s", 1); };
        return run(
            [](Worker& worker) -> int {
                ::signal(SIGTERM,
                         [](int) { ::_exit(::write(STDOUT_FILENO, "e", 1) == 1 ? 0 : 1); });
                char go = 0;
                if (::read(STDIN_FILENO, &go, 1) != 1 || ::write(STDOUT_FILENO, "w", 1) != 1) {
                    return 1;
                }
                worker.report_ready();
                wait_for_signal();
            },
            options);
    });
    output.writing = contract::Fd();

    REQUIRE(write_all(input.writing, "1"));
    CHECK(read_some(output.reading) == "w");
    REQUIRE(write_all(input.writing, "2"));
    std::string told;
    while (told.size() < 2) {
        told += read_some(output.reading);
    }
    CHECK(told == "wr");
    parent.signal(SIGTERM);
    CHECK(read_all(output.reading) == "see");
    CHECK(parent.wait() == 0);
}

TEST_CASE("a worker that cannot start ends all, with its status") {
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        return run(
            [](Worker& worker) -> int {
                if (worker.number() == 0) {
                    wait_for_signal();
                }
                return 69;
            },
            quick(2));
    });

    CHECK(parent.wait() == 69);
}

TEST_CASE("a worker that was ready, or whose end says nothing of the next, is replaced") {
    Pipe input;
    Pipe output;
    REQUIRE(write_all(input.writing, "1789!"));
    Child parent(input.reading, output.writing, [] {
        return run(
            [](Worker& worker) -> int {
                char task = 0;
                if (::read(STDIN_FILENO, &task, 1) != 1 || ::write(STDOUT_FILENO, &task, 1) != 1) {
                    return 1;
                }
                switch (task) {
                case '1': return 1;
                case '7': ::kill(::getpid(), SIGKILL); break;
                case '8': worker.report_ready(); return 69;
                case '!': end_parent(); wait_for_signal();
                default: break;
                }
                return 78; // one before it was ready
            },
            quick(1));
    });
    output.writing = contract::Fd();

    CHECK(read_all(output.reading) == "1789!");
    CHECK(parent.wait() == 0);
}

TEST_CASE("a worker that does not end is killed at the deadline, and that is told") {
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        auto options = quick(2);
        options.stop_timeout = milliseconds(20);
        return run(
            [](Worker& worker) -> int {
                if (worker.number() == 0) {
                    ::signal(SIGTERM, SIG_IGN);
                    end_parent();
                }
                wait_for_signal();
            },
            options);
    });

    CHECK(parent.wait() == 1);
}

TEST_CASE("a signal is told to the parent, and passed on to workers that wait for it") {
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        auto options = quick(2);
        options.ready = [] { (void)!::write(STDOUT_FILENO, "r", 1); };
        options.pass_on = {SIGHUP};
        options.signaled = [](int number) {
            (void)!::write(STDOUT_FILENO, number == SIGHUP ? "p" : "?", 1);
        };
        return run(
            [](Worker& worker) -> int {
                worker.report_ready();
                sigset_t held; // SIGHUP: else it would end us before we wait for it
                ::sigemptyset(&held);
                ::sigaddset(&held, SIGHUP);
                int number = 0;
                if (::sigwait(&held, &number) != 0 || ::write(STDOUT_FILENO, "w", 1) != 1) {
                    return 1;
                }
                worker.report_ready();
                wait_for_signal();
            },
            options);
    });
    output.writing = contract::Fd();

    CHECK(read_some(output.reading) == "r");
    parent.signal(SIGHUP);
    std::string told;
    while (told.size() < 4) {
        told += read_some(output.reading);
    }
    CHECK(told == "pwwr");
    parent.signal(SIGTERM);
    CHECK(parent.wait() == 0);
}

TEST_CASE("a worker that fails while all end fails the whole") {
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        return run(
            [](Worker&) -> int {
                ::signal(SIGTERM, [](int) { ::_exit(3); });
                end_parent();
                wait_for_signal();
            },
            quick(1));
    });

    CHECK(parent.wait() == 1);
}

TEST_CASE("what the parent's own calls throw comes out once the workers have ended") {
    for (const bool at_start : {true, false}) {
        CAPTURE(at_start);
        Pipe input;
        Pipe output;
        Child parent(input.reading, output.writing, [at_start] {
            ::signal(SIGHUP, SIG_IGN); // one more may come when all is over
            auto options = quick(2);
            options.pass_on = {SIGHUP};
            if (at_start) {
                options.ready = [] { throw std::runtime_error("tripped"); };
            } else {
                options.signaled = [](int) { throw std::runtime_error("tripped"); };
            }
            try {
                return run(
                    [at_start](Worker& worker) -> int {
                        if (at_start) {
                            worker.report_ready();
                        } else {
                            ::kill(::getppid(), SIGHUP);
                        }
                        wait_for_signal();
                    },
                    options);
            } catch (const std::runtime_error&) {
                return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD ? 42 : 43;
            }
        });

        CHECK(parent.wait() == 42);
    }
}

TEST_CASE("a parent that dies takes along a worker that has become another user") {
    if (::geteuid() != 0) {
        MESSAGE("skipped: only root becomes another user");
        return;
    }
    Pipe input;
    Pipe output;
    Child parent(input.reading, output.writing, [] {
        return run(
            [](Worker& worker) -> int {
                ::signal(SIGTERM,
                         [](int) { ::_exit(::write(STDOUT_FILENO, "t", 1) == 1 ? 0 : 1); });
                const uid_t somebody = 65534;
                if (::setuid(somebody) != 0) {
                    return 1;
                }
                worker.end_with_parent();
                (void)!::write(STDOUT_FILENO, "u", 1);
                wait_for_signal();
            },
            quick(1));
    });
    output.writing = contract::Fd();

    CHECK(read_some(output.reading) == "u");
    parent.signal(SIGKILL);
    CHECK(read_all(output.reading) == "t");
}

TEST_SUITE_END();
