// SPDX-License-Identifier: MIT
#include "child.h"
#include "reactor_fixture.h"

#include <hawser/core/error.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <iterator>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Reactor;

namespace {

bool non_blocking(int fd) {
    return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
}

/// Sends back all that comes; at its end run() returns. Runs in the child.
class StdioEcho final : public hawser::Protocol {
public:
    StdioEcho(Reactor& reactor, std::error_code& reason) : reactor_(reactor), reason_(reason) {}

private:
    void data_received(hawser::Bytes data) override { transport().write(data); }
    void connection_lost(std::error_code reason) override {
        reason_ = reason;
        reactor_.stop();
    }

    Reactor& reactor_;
    std::error_code& reason_;
};

/// What the child of most cases does: 0 when the echo ended in good order and left standard input
/// and output open, else an error number.
int echo_stdio() {
    Reactor reactor(no_signals());
    std::error_code reason;
    reactor.attach_stdio(std::make_unique<StdioEcho>(reactor, reason));
    reactor.run();
    const bool left_open =
        ::fcntl(STDIN_FILENO, F_GETFD) >= 0 && ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    return left_open ? reason.value() : EBADF;
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_SUITE_BEGIN("Reactor: standard input and output");

TEST_CASE("pipes: what comes is echoed, the end of input ends it, both stay as they were") {
    Pipe in;
    Pipe out;
    Child child(in.reading, out.writing, echo_stdio);

    REQUIRE(write_all(in.writing, "hello"));
    CHECK(read_some(out.reading) == "hello");
    // The child is at work: its ends are the very same open files as ours.
    CHECK_FALSE(non_blocking(in.reading.get()));
    CHECK_FALSE(non_blocking(out.writing.get()));

    in.writing = Fd();
    CHECK(child.wait() == 0);
}

TEST_CASE("a socket as both, which cannot be opened again, is left as it was") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const Fd ours(ends[0]);
    const Fd theirs(ends[1]);
    Child child(theirs, theirs, echo_stdio);

    REQUIRE(write_all(ours, "hello"));
    CHECK(read_some(ours) == "hello");
    REQUIRE(::shutdown(ours.get(), SHUT_WR) == 0);

    CHECK(child.wait() == 0);
    CHECK_FALSE(non_blocking(theirs.get()));
}

TEST_CASE("regular files: all that is in one arrives in the other") {
    const TemporaryDirectory directory;
    const std::string from = directory.path() + "/from";
    const std::string to = directory.path() + "/to";
    const std::string much(1'000'000, 'x');
    std::ofstream(from) << much << "the end";
    const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));

    Child child(in, out, echo_stdio);

    CHECK(child.wait() == 0);
    CHECK((contents(to) == much + "the end"));
    CHECK_FALSE(non_blocking(in.get()));
    CHECK_FALSE(non_blocking(out.get()));
}

TEST_CASE("a regular file goes through a pipe that is read slowly") {
    const TemporaryDirectory directory;
    const std::string from = directory.path() + "/from";
    const std::string much(1'000'000, 'x');
    std::ofstream(from) << much;
    const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    Pipe out;
    Child child(in, out.writing, echo_stdio);
    out.writing = Fd();

    std::string seen;
    for (std::string piece = read_some(out.reading); !piece.empty();
         piece = read_some(out.reading)) {
        seen += piece;
    }

    CHECK((seen == much));
    CHECK(child.wait() == 0);
}

TEST_CASE("connect() knows them as stdio:") {
    Pipe in;
    Pipe out;
    Child child(in.reading, out.writing, [] {
        Reactor reactor(no_signals());
        std::error_code reason;
        std::string failure;
        auto connected = reactor.connect<StdioEcho>("stdio:", std::ref(reactor), std::ref(reason))
                             .recover([&](const std::exception_ptr& error) -> StdioEcho* {
                                 failure = hawser::message_of(error);
                                 reactor.stop();
                                 return nullptr;
                             });
        reactor.run();
        return failure.empty() && connected.settled() ? reason.value() : EBADF;
    });

    REQUIRE(write_all(in.writing, "hello"));
    CHECK(read_some(out.reading) == "hello");

    in.writing = Fd();
    CHECK(child.wait() == 0);
}

TEST_CASE("/dev/null as input is an end at once") {
    const Fd in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Fd out(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    Child child(in, out, echo_stdio);

    CHECK(child.wait() == 0);
}

TEST_CASE("a reader that has gone is an error, not the end of the program") {
    Pipe in;
    Pipe out;
    Child child(in.reading, out.writing, echo_stdio);
    out.reading = Fd();
    out.writing = Fd();

    REQUIRE(write_all(in.writing, "hello"));

    CHECK(child.wait() == EPIPE);
}

TEST_CASE("a full disk is an error") {
    Pipe in;
    const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    Child child(in.reading, full, echo_stdio);

    REQUIRE(write_all(in.writing, "hello"));

    CHECK(child.wait() == ENOSPC);
}

TEST_CASE("no callback runs inside attach_stdio, nor when the reactor goes at once") {
    Pipe in;
    Pipe out;
    Child child(in.reading, out.writing, [] {
        struct Talker final : hawser::Protocol {
            void connection_made() override { transport().write("made"); }
        };
        Reactor reactor(no_signals());
        reactor.attach_stdio(std::make_unique<Talker>());
        return 0;
    });
    out.writing = Fd();

    CHECK(read_some(out.reading).empty());
    CHECK(child.wait() == 0);
}

TEST_CASE("standard input that is closed is an error that says so") {
    Pipe in;
    Pipe out;
    Child child(in.reading, out.writing, [] {
        Reactor reactor(no_signals());
        ::close(STDIN_FILENO);
        try {
            reactor.attach_stdio(std::make_unique<hawser::Protocol>());
        } catch (const hawser::Error& error) {
            return std::string_view(error.what()) ==
                           "cannot use standard input: bad file descriptor"
                       ? 0
                       : 1;
        }
        return 2;
    });

    CHECK(child.wait() == 0);
}

TEST_SUITE_END();
