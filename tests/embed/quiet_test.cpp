// SPDX-License-Identifier: MIT
// That a guest in somebody's process leaves it as it was. What a program cannot see of itself,
// tests/programs/library_symbols.py looks for in the library.
#include "asker.h"

#include <hawser/reactor/reactor_thread.h>
#include <hawser/testing/log_capture.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>

using namespace embed_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;
using hawser::ReactorThread;

namespace {

/// A whole life: listens, connects, talks, closes, stops.
void live(const hawser::ReactorOptions& options) {
    Reactor reactor(options);
    Story served;
    served.echo = true;
    Story client;
    client.during = [&](std::string_view event) {
        if (event == "connection_made") {
            client.transport->write("hello");
        } else if (event == "data_received") {
            client.transport->lose_connection();
        } else if (event == "connection_lost") {
            reactor.stop();
        }
    };
    const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
    const auto connecting = reactor.connect(
        hawser::Endpoint::tcp("localhost", listener.address().port()), telling(client));
    CHECK(runs(reactor));
    CHECK(client.data == "hello");
}

struct Disposition {
    void (*handler)(int) = nullptr;
    int flags = 0;
    bool operator==(const Disposition&) const = default;
};

std::array<Disposition, NSIG> dispositions() {
    std::array<Disposition, NSIG> all;
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action {};
        if (sigaction(number, nullptr, &action) == 0) {
            all[static_cast<std::size_t>(number)] = {action.sa_handler, action.sa_flags};
        }
    }
    return all;
}

std::array<bool, NSIG> blocked() {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    std::array<bool, NSIG> all{};
    for (int number = 1; number < NSIG; ++number) {
        all[static_cast<std::size_t>(number)] = sigismember(&mask, number) == 1;
    }
    return all;
}

/// What is written to a descriptor while it lives goes to a file instead.
class Captured {
public:
    explicit Captured(int fd) : fd_(fd), kept_(::dup(fd)), file_(std::tmpfile()) {
        std::fflush(nullptr);
        ::dup2(fileno(file_), fd_);
    }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;
    ~Captured() { std::fclose(file_); }

    /// How much it was; from here on the descriptor is what it was.
    long end() {
        std::fflush(nullptr);
        ::dup2(kept_, fd_);
        ::close(kept_);
        return ::lseek(fileno(file_), 0, SEEK_END);
    }

private:
    int fd_;
    int kept_;
    std::FILE* file_;
};

} // namespace

TEST_SUITE_BEGIN("A guest in the program");

TEST_CASE("no signal is touched, unless the program asks") {
    const auto before = dispositions();
    const auto mask = blocked();
    Reactor untouched; // run() would watch SIGINT and SIGTERM; turns do not
    untouched.run_once();
    const ReactorThread thread;
    CHECK((dispositions() == before));
    live(no_signals());
    CHECK((dispositions() == before));
    live({}); // asked for: put back at the end
    CHECK((dispositions() == before));
    CHECK((blocked() == mask));
}

TEST_CASE("the locale stays what it was") {
    const std::string at_first = std::setlocale(LC_ALL, nullptr);
    std::setlocale(LC_ALL, "C.UTF-8");
    const std::string before = std::setlocale(LC_ALL, nullptr);
    live(no_signals());
    CHECK(std::setlocale(LC_ALL, nullptr) == before);
    std::setlocale(LC_ALL, at_first.c_str());
}

TEST_CASE("nothing is printed: what there is to report goes to the program's sink") {
    hawser::testing::LogCapture log;
    Captured output(STDOUT_FILENO);
    Captured errors(STDERR_FILENO);
    live(no_signals());
    {
        Reactor reactor(no_signals()); // it ends with something to report
        Story served;
        const auto listener = reactor.listen("tcp:127.0.0.1:0", telling(served));
        reactor.call_from_thread([] { throw std::runtime_error("tripped"); });
        turn_a_little(reactor);
    }
    CHECK(errors.end() == 0);
    CHECK(output.end() == 0);
}

TEST_CASE("descriptors are closed with their reactor") {
    live(no_signals()); // what libuv opens once for all loops
    const std::size_t before = open_descriptors();
    live(no_signals());
    CHECK(open_descriptors() == before);
}

TEST_CASE("reactors share nothing: one ends, the other serves on") {
    Story served;
    served.echo = true;
    ReactorThread stays;
    hawser::Listener listener;
    stays.call(
        [&](Reactor& reactor) { listener = reactor.listen("tcp:127.0.0.1:0", telling(served)); });
    {
        ReactorThread goes;
        goes.call([](Reactor& reactor) { return reactor.turns(); });
        live(no_signals());
    }
    Asker asker(listener.address(), "hello");
    CHECK(asker.answer() == "hello");
    stays.call([&](Reactor&) { listener = hawser::Listener(); });
}

TEST_SUITE_END();
