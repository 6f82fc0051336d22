// SPDX-License-Identifier: MIT
// A chat for people with nc, on several endpoints at once: all are in the same rooms.
//
//     ./chat_server tcp:127.0.0.1:8000 unix:/tmp/chat.sock
#include <hawser/protocols/chat.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

// How to join, for somebody who has only nc.
static std::string way_to_join(const hawser::Address& address) {
    if (address.is_unix()) {
        return "nc -U " + to_string(address).substr(5); // behind "unix:"
    }
    const bool everywhere = address.ip() == "::" || address.ip() == "0.0.0.0";
    return "nc " + (everywhere ? "127.0.0.1" : address.ip()) + " " + std::to_string(address.port());
}

int main(int argc, char** argv) try {
    if (argc < 2 || argv[1][0] == '-') {
        std::fputs("usage: chat_server ENDPOINT...   for instance tcp:127.0.0.1:8000 "
                   "unix:/tmp/chat.sock\n",
                   stderr);
        return 2;
    }
    hawser::Reactor reactor;
    const auto factory = std::make_shared<hawser::ChatFactory>(reactor);
    std::vector<hawser::Listener> listeners;
    for (int i = 1; i < argc; ++i) {
        listeners.push_back(reactor.listen(argv[i], factory));
    }
    reactor.when_running([&] { // so that Ctrl-C already means what it says
        std::puts("The chat is open. Join it from another terminal:");
        for (const hawser::Listener& listener : listeners) {
            std::printf("    %s\n", way_to_join(listener.address()).c_str());
        }
        std::puts("Ctrl-C ends it.");
        std::fflush(stdout);
    });
    reactor.run();
    std::puts("The chat is closed.");
} catch (const std::exception& error) {
    std::fprintf(stderr, "chat_server: %s\n", error.what());
    return 1;
}
