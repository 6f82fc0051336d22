// SPDX-License-Identifier: MIT
// A chat, on as many endpoints as it is given: all are in one room.
//
//     ./chat tcp:127.0.0.1:8000 unix:/tmp/room.sock
#include "room.h"

#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) try {
    hawser::Reactor reactor;
    const auto room = std::make_shared<Room>(reactor);
    std::vector<hawser::Listener> listeners;
    for (int i = 1; i < argc; ++i) {
        listeners.push_back(reactor.listen(argv[i], room));
        const std::string where = to_string(listeners.back().address());
        std::fprintf(stderr, "listening on %s\n", where.c_str());
    }
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "chat: %s\n", error.what());
    return 1;
}
