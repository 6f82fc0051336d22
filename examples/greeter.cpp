// SPDX-License-Identifier: MIT
// The smallest server with a protocol of its own.
//
//     ./greeter                      then, in another terminal: nc -C 127.0.0.1 8000
#include "greeter.h"

#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>

int main() try {
    hawser::Reactor reactor;
    auto listener = reactor.listen("tcp:127.0.0.1:8000", hawser::factory_for<Greeter>());
    reactor.run(); // until SIGINT, SIGTERM or stop()
} catch (const std::exception& error) {
    std::fprintf(stderr, "greeter: %s\n", error.what());
    return 1;
}
