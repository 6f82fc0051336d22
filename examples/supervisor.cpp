// SPDX-License-Identifier: MIT
// Keeps a program running: when it ends, it is started again.
//
//     ./supervisor sh -c 'echo hello; sleep 5'
#include "restart_delay.h"

#include <hawser/reactor/process.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>

class Supervisor {
public:
    Supervisor(hawser::Reactor& reactor, hawser::ProcessOptions options)
        : reactor_(reactor), options_(std::move(options)), delay_(reactor) {}

    void start() {
        delay_.started();
        try {
            process_ = spawn_process(reactor_, options_, std::make_unique<Watcher>(*this));
        } catch (const hawser::Error& error) {
            ended(error.what());
        }
    }

private:
    struct Watcher final : hawser::ProcessProtocol {
        explicit Watcher(Supervisor& owner) : supervisor(owner) {}
        void process_ended(hawser::ExitStatus status) override {
            supervisor.ended(supervisor.options_.program + ' ' + to_string(status));
        }
        Supervisor& supervisor;
    };

    void ended(const std::string& how) {
        if (reactor_.stopped()) return; // we were told to stop, and so was it
        const std::chrono::seconds wait = delay_.ended();
        std::fprintf(stderr, "%s; again in %d s\n", how.c_str(), static_cast<int>(wait.count()));
        again_ = reactor_.call_later(wait, [this] { start(); });
    }

    hawser::Reactor& reactor_;
    hawser::ProcessOptions options_;
    RestartDelay delay_;
    hawser::Process process_;
    hawser::Timer again_;
};

int main(int argc, char** argv) {
    if (argc < 2) return std::fputs("usage: supervisor PROGRAM [ARGUMENT...]\n", stderr), 2;
    hawser::ProcessOptions options{.program = argv[1], .arguments = {argv + 2, argv + argc}};
    options.descriptors = {{1, 1}, {2, 2}}; // it writes where we do
    hawser::Reactor reactor;
    Supervisor supervisor(reactor, options);
    reactor.when_running([&] { supervisor.start(); });
    reactor.run();
}
