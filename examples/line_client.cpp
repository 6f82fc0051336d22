// SPDX-License-Identifier: MIT
// Asks a server a line and prints its answer, with a deadline, and tries again a few times:
// `line_client tcp:127.0.0.1:7000 "hello there"`.
#include <hawser/core/retry.h>
#include <hawser/core/stream.h>
#include <hawser/core/with_timeout.h>
#include <hawser/reactor/react.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <string>

using namespace std::chrono_literals;

namespace {

hawser::Deferred<std::string> ask(hawser::Network& network, hawser::Endpoint server,
                                  std::string question) {
    hawser::Stream stream = co_await hawser::connect_stream(network, server);
    co_await stream.write(question + "\n");
    std::optional<std::string> answer = co_await stream.read_line();
    if (!answer) {
        throw hawser::Error(hawser::Errc::incomplete, "no answer from " + to_string(server));
    }
    co_return *answer;
}

hawser::Deferred<> converse(hawser::Reactor& reactor, hawser::Endpoint server,
                            std::string question) {
    const auto attempt = [&] {
        return hawser::with_timeout(reactor, 2s, ask(reactor, server, question));
    };
    hawser::RetryPolicy policy{.attempts = 3, .backoff = {}, .random = {}, .again = {}};
    auto answer = hawser::retry(reactor, std::move(policy), attempt);
    const std::string said = co_await std::move(answer);
    std::printf("%s\n", said.c_str());
}

} // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::fputs("usage: line_client ENDPOINT LINE   for instance tcp:127.0.0.1:7000 hello\n",
                   stderr);
        return 2;
    }
    const hawser::Endpoint server(argv[1]);
    return hawser::react(
        [&](hawser::Reactor& reactor) { return converse(reactor, server, argv[2]); });
} catch (const std::exception& error) {
    std::fprintf(stderr, "line_client: %s\n", error.what());
    return 1;
}
