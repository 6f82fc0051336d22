// SPDX-License-Identifier: MIT
// Sends back what comes.
//
//     ./echo                         then, in another terminal: nc 127.0.0.1 8000
#include <hawser/core/protocol.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>

class Echo final : public hawser::Protocol {
    void data_received(hawser::Bytes data) override { transport().write(data); }
};

int main(int argc, char** argv) try {
    hawser::Reactor reactor;
    const auto listener =
        reactor.listen(argc > 1 ? argv[1] : "tcp:127.0.0.1:8000", hawser::factory_for<Echo>());
    std::fprintf(stderr, "listening on %s\n", to_string(listener.address()).c_str());
    reactor.run(); // until Ctrl-C
} catch (const std::exception& error) {
    std::fprintf(stderr, "echo: %s\n", error.what());
    return 1;
}
