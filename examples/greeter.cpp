// SPDX-License-Identifier: MIT
// Asks for a name and greets: the smallest server with a protocol of its own.
//
//     ./greeter                      then: nc -C 127.0.0.1 8000
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>

class Greeter final : public hawser::LineReceiver {
    void connection_made() override { send_line("What is your name?"); }
    void line_received(std::string_view line) override {
        send_line("Hello, " + std::string(line) + "!");
        transport().lose_connection();
    }
};

int main() try {
    hawser::Reactor reactor;
    auto listener = reactor.listen("tcp:127.0.0.1:8000", hawser::factory_for<Greeter>());
    reactor.run(); // until SIGINT, SIGTERM or stop()
} catch (const std::exception& error) {
    std::fprintf(stderr, "greeter: %s\n", error.what());
    return 1;
}
