// SPDX-License-Identifier: MIT
// Sends lines back, with the number of the process that did, in several processes: one that dies
// is replaced.
//
//     ./forking_server tcp:127.0.0.1:7000 4
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/workers.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

class Answer final : public hawser::LineReceiver {
    void line_received(std::string_view line) override {
        send_line(std::to_string(getpid()) + ": " + std::string(line));
    }
};

static int serve(hawser::Worker& worker) {
    hawser::Reactor reactor;
    const auto listener = worker.listen(reactor, hawser::factory_for<Answer>());
    reactor.when_running([&] {
        std::printf("worker %zu listening on %s\n", worker.number(),
                    to_string(listener.address()).c_str());
        std::fflush(stdout);
    });
    reactor.run();
    return 0;
}

int main(int argc, char** argv) try {
    if (argc < 2 || argc > 3 || argv[1][0] == '-') {
        std::fputs("usage: forking_server ENDPOINT [WORKERS]   for instance tcp:7000 4\n", stderr);
        return 2;
    }
    hawser::WorkersOptions options;
    options.workers = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0; // 0: one a processor
    return hawser::run_workers({argv[1]}, serve, options);
} catch (const std::exception& error) {
    std::fprintf(stderr, "forking_server: %s\n", error.what());
    return 1;
}
