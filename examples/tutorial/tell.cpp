// SPDX-License-Identifier: MIT
// Goes into the room of chat.cpp, says one thing, and leaves.
//
//     ./tell tcp:127.0.0.1:8000 Ada 'hello, all'
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>

class Teller final : public hawser::LineReceiver {
public:
    Teller(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}

    hawser::Deferred<> told() { return told_.deferred(); }

private:
    void connection_made() override {
        set_delimiter("\n");
        send_line(name_);
    }
    void line_received(std::string_view line) override {
        if (line == "Welcome, " + name_ + ".") {
            send_line(text_);
            transport().lose_connection();
        }
    }
    void connection_lost(std::error_code reason) override {
        if (reason) {
            told_.fail(reason, "not told");
        } else {
            told_.resolve();
        }
    }

    std::string name_;
    std::string text_;
    hawser::Promise<> told_;
};

int main(int argc, char** argv) try {
    if (argc != 4) {
        std::fputs("usage: tell ENDPOINT NAME TEXT\n", stderr);
        return 2;
    }
    int status = 0;
    hawser::Reactor reactor;
    const hawser::Deferred<> done =
        reactor.connect<Teller>(argv[1], argv[2], argv[3])
            .then([](Teller* teller) { return teller->told(); })
            .recover([&](const std::exception_ptr& error) {
                std::fprintf(stderr, "tell: %s\n", hawser::message_of(error).c_str());
                status = 1;
            })
            .finally([&] {
                if (!reactor.stopped()) reactor.stop();
            });
    reactor.run();
    return status;
} catch (const std::exception& error) {
    std::fprintf(stderr, "tell: %s\n", error.what());
    return 1;
}
