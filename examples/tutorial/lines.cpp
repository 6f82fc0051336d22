// SPDX-License-Identifier: MIT
// Says each line backwards.
//
//     ./lines                        then, in another terminal: nc 127.0.0.1 8000
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>

class Mirror final : public hawser::LineReceiver {
    void connection_made() override {
        set_delimiter("\n"); // what nc sends; "\r\n" unless set
        set_line_limit(200);
        send_line("Say something, or bye.");
    }

    void line_received(std::string_view line) override {
        if (line == "bye") {
            send_line("You said " + std::to_string(said_) + " lines.");
            transport().lose_connection();
            return;
        }
        ++said_;
        send_line(std::string(line.rbegin(), line.rend()));
    }

    void line_length_exceeded(hawser::Bytes) override {
        send_line("That is too long to remember.");
        transport().lose_connection(hawser::Errc::line_too_long);
    }

    int said_ = 0; // on this connection
};

int main(int argc, char** argv) try {
    hawser::Reactor reactor;
    const auto listener =
        reactor.listen(argc > 1 ? argv[1] : "tcp:127.0.0.1:8000", hawser::factory_for<Mirror>());
    std::fprintf(stderr, "listening on %s\n", to_string(listener.address()).c_str());
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "lines: %s\n", error.what());
    return 1;
}
