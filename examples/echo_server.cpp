// SPDX-License-Identifier: MIT
// Sends every byte back, on as many endpoints as it is given.
//
//     ./echo_server tcp:127.0.0.1:7000 unix:/tmp/echo.sock
#include <hawser/protocols/echo.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <vector>

int main(int argc, char** argv) try {
    if (argc < 2 || argv[1][0] == '-') {
        std::fputs("usage: echo_server ENDPOINT...   for instance tcp:127.0.0.1:7000\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    const auto factory = hawser::factory_for<hawser::Echo>();
    std::vector<hawser::Listener> listeners;
    for (int i = 1; i < argc; ++i) {
        listeners.push_back(reactor.listen(argv[i], factory));
    }
    reactor.when_running([&] {
        for (const hawser::Listener& listener : listeners) {
            std::printf("listening on %s\n", to_string(listener.address()).c_str());
        }
        std::fflush(stdout);
    });
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "echo_server: %s\n", error.what());
    return 1;
}
