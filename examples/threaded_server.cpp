// SPDX-License-Identifier: MIT
// Guess the number: each player is served by ordinary code that waits, on a thread of its own.
//
//     ./threaded_server tcp:127.0.0.1:7000        then: nc 127.0.0.1 7000
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/threaded.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>

static void play(hawser::BlockingStream& stream) {
    std::random_device random;
    const long number = std::uniform_int_distribution<long>(1, 100)(random);
    stream.write("I think of a number from 1 to 100. Which?\n");
    for (int guesses = 1;; ++guesses) {
        const auto line = stream.read_line(80);
        if (!line) return; // the player has gone
        const long guess = std::strtol(line->c_str(), nullptr, 10);
        if (guess == number) {
            stream.write("Yes! You took " + std::to_string(guesses) + ".\n");
            return;
        }
        stream.write(guess < number ? "More.\n" : "Less.\n");
    }
}

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: threaded_server ENDPOINT   for instance tcp:127.0.0.1:7000\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    hawser::ThreadedOptions options;
    options.threads = 20;
    options.refusal = "Too many are playing. Come back later.\n";
    options.timeout = std::chrono::minutes(5); // for each guess
    const auto listener = reactor.listen(argv[1], threaded(reactor, play, options));
    reactor.when_running([&] {
        std::printf("listening on %s\n", to_string(listener.address()).c_str());
        std::fflush(stdout);
    });
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "threaded_server: %s\n", error.what());
    return 1;
}
