// SPDX-License-Identifier: MIT
// Echo as a coroutine: reads in steps instead of being told. `stream_echo tcp:127.0.0.1:7000`, and
// from another terminal `nc 127.0.0.1 7000`.
#include <hawser/core/serve.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>

hawser::Deferred<> echo(hawser::Stream stream) {
    while (auto data = co_await stream.read_some()) {
        co_await stream.write(*data);
    }
}

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: stream_echo ENDPOINT   for instance tcp:127.0.0.1:7000\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    auto listener = reactor.listen(argv[1], hawser::serve(echo));
    reactor.when_running([&] {
        std::printf("listening on %s\n", to_string(listener.address()).c_str());
        std::fflush(stdout);
    });
    reactor.run(); // until SIGINT or SIGTERM
} catch (const std::exception& error) {
    std::fprintf(stderr, "stream_echo: %s\n", error.what());
    return 1;
}
