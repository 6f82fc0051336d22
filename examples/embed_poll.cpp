// SPDX-License-Identifier: MIT
// hawser in a program that sleeps in poll(2), on its standard input: it echoes what comes over the
// network, and ends in good order at an empty line.
//
//     ./embed_poll tcp:127.0.0.1:8000
#include <hawser/protocols/echo.h>
#include <hawser/reactor/drain.h>
#include <hawser/reactor/reactor.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: embed_poll ENDPOINT   for instance tcp:127.0.0.1:8000\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    const auto listener = reactor.listen(argv[1], hawser::factory_for<hawser::Echo>());
    std::printf("listening on %s\n", to_string(listener.address()).c_str());
    std::fflush(stdout);
    hawser::Deferred<> ending;
    std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {reactor.descriptor(), POLLIN, 0}}};
    for (bool over = false; !over;) {
        const auto wait = reactor.timeout(); // anew before each sleep
        ::poll(watched.data(), watched.size(), wait ? static_cast<int>(wait->count()) : -1);
        if (watched[0].revents != 0) {
            std::array<char, 4096> typed;
            const auto count = ::read(STDIN_FILENO, typed.data(), typed.size());
            std::printf("you typed %zd bytes\n", count);
            std::fflush(stdout);
            if (count <= 1) { // an empty line, or the end
                watched[0].fd = -1;
                ending = drain(reactor, 10s).then([&](hawser::DrainReport) { over = true; });
            }
        }
        reactor.run_once(); // does what is due, and returns
    }
    std::puts("closed");
} catch (const std::exception& error) {
    std::fprintf(stderr, "embed_poll: %s\n", error.what());
    return 1;
}
