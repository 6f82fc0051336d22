// SPDX-License-Identifier: MIT
// A client for the terminal: what you type goes out, what comes in is shown.
//
//     ./chat_client tcp:127.0.0.1:8000
#include <hawser/core/endpoint_kind.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>

struct Half : hawser::Protocol { // what comes in here goes out on the other side
    explicit Half(hawser::ConnectionRef other_side = {}) : other(std::move(other_side)) {}
    void data_received(hawser::Bytes data) override { other.write(data); }
    void connection_lost(std::error_code reason) override { other.lose_connection(reason); }
    using Protocol::transport;
    hawser::ConnectionRef other;
};

struct Terminal final : Half { // what is typed goes to the server
    Terminal(hawser::Reactor& reactor, const char* server, std::error_code& end)
        : reactor_(reactor), server_(server), end_(end) {}
    void connection_made() override {
        transport().pause_producing(); // until there is a server to send it to
        connecting_ = reactor_.connect<Half>(server_, transport().ref())
                          .then([this](Half* server) {
                              other = server->transport().ref();
                              transport().resume_producing();
                          })
                          .recover([this](const std::exception_ptr& error) {
                              transport().lose_connection(hawser::code_of(error));
                          });
    }
    bool read_connection_lost() override { // all is typed; the server may have more to say
        if (other) other.get()->lose_write_connection();
        return true;
    }
    void connection_lost(std::error_code reason) override {
        end_ = reason;
        if (!reactor_.stopped()) reactor_.stop();
    }
    hawser::Reactor& reactor_;
    hawser::Endpoint server_;
    std::error_code& end_;
    hawser::Deferred<> connecting_;
};

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: chat_client ENDPOINT   for instance tcp:127.0.0.1:8000\n", stderr);
        return 2;
    }
    std::error_code end;
    hawser::Reactor reactor;
    reactor.kinds().check(argv[1]); // here, where an error still reaches the command line
    reactor.attach_stdio(std::make_unique<Terminal>(reactor, argv[1], end));
    reactor.run();
    if (end) throw hawser::Error(end, argv[1]);
} catch (const std::exception& error) {
    std::fprintf(stderr, "chat_client: %s\n", error.what());
    return 1;
}
