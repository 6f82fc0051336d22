// SPDX-License-Identifier: MIT
// A client for the terminal: what you type goes out, what comes in is shown.
//
//     ./chat_client tcp:127.0.0.1:8000
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>

/// One half, the terminal or the server: passes what comes in on to the other.
class Half final : public hawser::Protocol {
public:
    Half(hawser::Reactor& reactor, std::exception_ptr& failure, bool keyboard)
        : reactor_(reactor), failure_(failure), keyboard_(keyboard) {}
    void join(Half& other) { other_ = other.transport().ref(); }

private:
    void data_received(hawser::Bytes data) override { other_.write(data); }
    bool read_connection_lost() override {
        // All is typed, and the server may still have something to say.
        if (keyboard_ && other_) other_.get()->lose_write_connection();
        return keyboard_;
    }
    void connection_lost(std::error_code reason) override {
        if (reason) failure_ = std::make_exception_ptr(hawser::Error(reason, "connection lost"));
        if (reactor_.running()) reactor_.stop(); // sends what the other half has still queued
    }

    hawser::Reactor& reactor_;
    std::exception_ptr& failure_;
    bool keyboard_;
    hawser::ConnectionRef other_;
};

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: chat_client ENDPOINT   for instance tcp:127.0.0.1:8000\n", stderr);
        return 2;
    }
    std::exception_ptr failure;
    hawser::Reactor reactor;
    reactor.connect<Half>(argv[1], std::ref(reactor), std::ref(failure), false)
        .then([&](Half* server) {
            auto terminal = std::make_unique<Half>(reactor, failure, true);
            Half& keyboard = *terminal;
            reactor.attach_stdio(std::move(terminal));
            keyboard.join(*server);
            server->join(keyboard);
        })
        .detach([&](std::exception_ptr error) {
            failure = std::move(error);
            if (reactor.running()) reactor.stop();
        });
    reactor.run();
    if (failure) std::rethrow_exception(failure);
} catch (const std::exception& error) {
    std::fprintf(stderr, "chat_client: %s\n", error.what());
    return 1;
}
