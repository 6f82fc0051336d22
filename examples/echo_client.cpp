// SPDX-License-Identifier: MIT
// Connects, sends a line, prints the answer and leaves.
//
//     ./echo_client tcp:127.0.0.1:7000 'hello there'
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>

class Asker final : public hawser::LineReceiver {
public:
    Asker(hawser::Reactor& reactor, int& status, std::string question)
        : reactor_(reactor), status_(status), question_(std::move(question)) {}

private:
    void connection_made() override { send_line(question_); }
    void line_received(std::string_view line) override {
        std::printf("%s\n", std::string(line).c_str());
        status_ = 0;
        transport().lose_connection();
    }
    void connection_lost(std::error_code reason) override {
        if (status_ != 0) {
            const std::string why = reason ? hawser::message_of(reason) : "the connection ended";
            std::fprintf(stderr, "echo_client: no answer: %s\n", why.c_str());
        }
        if (!reactor_.stopped()) reactor_.stop();
    }

    hawser::Reactor& reactor_;
    int& status_;
    std::string question_;
};

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::fputs("usage: echo_client ENDPOINT TEXT   for instance tcp:127.0.0.1:7000 hello\n",
                   stderr);
        return 2;
    }
    int status = 1; // until there is an answer
    hawser::Reactor reactor;
    reactor.connect<Asker>(argv[1], std::ref(reactor), std::ref(status), argv[2])
        .detach([&](const std::exception_ptr& error) {
            std::fprintf(stderr, "echo_client: %s\n", hawser::message_of(error).c_str());
            if (!reactor.stopped()) reactor.stop();
        });
    reactor.run();
    return status;
} catch (const std::exception& error) {
    std::fprintf(stderr, "echo_client: %s\n", error.what());
    return 1;
}
