// SPDX-License-Identifier: MIT
// Prints what a server says, line by line, and stays connected to it: when the server goes, it
// comes back as soon as that does. `follow tcp:127.0.0.1:7000`; Ctrl-C ends it.
#include <hawser/core/client_service.h>
#include <hawser/core/endpoint_kind.h>
#include <hawser/core/service_group.h>
#include <hawser/core/uniform_random.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/reactor/reactor.h>
#include <hawser/reactor/system_event.h>

#include <cstdio>
#include <string>

using namespace std::chrono_literals;

class Follower final : public hawser::LineReceiver {
public:
    // Says hello; resolves when the server has said its first line.
    hawser::Deferred<> greet() {
        send_line("hello");
        return greeted_.deferred();
    }

private:
    void line_received(std::string_view line) override {
        print(line);
        if (greeted_.wanted()) {
            greeted_.resolve();
        }
    }
    void connection_lost(std::error_code) override { print("(lost)"); }

    static void print(std::string_view line) {
        std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
        std::fflush(stdout); // now, to a pipe too
    }

    hawser::Promise<> greeted_;
};

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: follow ENDPOINT   for instance tcp:127.0.0.1:7000\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    reactor.kinds().check(argv[1]);

    hawser::ClientOptions options;
    options.backoff.longest = 5s;
    options.random = hawser::UniformRandom();
    options.prepare = [](hawser::Protocol& made) { return static_cast<Follower&>(made).greet(); };

    hawser::ServiceGroup services;
    services.add(std::make_unique<hawser::ClientService>(
        reactor, reactor, argv[1], hawser::factory_for<Follower>(), std::move(options)));
    services.start();
    const hawser::Trigger at_end = hawser::add_system_event_trigger(
        reactor, hawser::SystemEvent::before_shutdown, [&] { return services.stop(); });
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "follow: %s\n", error.what());
    return 1;
}
