// SPDX-License-Identifier: MIT
// Tells who connects whom it sees; behind a proxy, or on sockets that systemd passed, too.
//
//     ./who_am_i haproxy:tcp:127.0.0.1:7000
//     systemd-socket-activate -l 127.0.0.1:7000 --fdname=who ./who_am_i systemd:who
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <vector>

class Answer final : public hawser::Protocol {
    void connection_made() override {
        transport().write("you are " + to_string(transport().peer()) + ", connected to " +
                          to_string(transport().host()) + "\n");
    }
    void data_received(hawser::Bytes data) override { transport().write(data); }
};

int main(int argc, char** argv) try {
    if (argc < 2 || argv[1][0] == '-') {
        std::fputs("usage: who_am_i ENDPOINT...   for instance haproxy:tcp:127.0.0.1:7000\n",
                   stderr);
        return 2;
    }
    hawser::Reactor reactor;
    const auto factory = hawser::factory_for<Answer>();
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
} catch (const hawser::EndpointError& error) {
    std::fprintf(stderr, "who_am_i: %s\n%s\n", error.what(), error.picture().c_str());
    return 2;
} catch (const std::exception& error) {
    std::fprintf(stderr, "who_am_i: %s\n", error.what());
    return 1;
}
