// SPDX-License-Identifier: MIT
// Which ports of this computer answer? A hundred at a time: `port_scanner 1 65535`.
#include <hawser/core/deferred_semaphore.h>
#include <hawser/core/stream.h>
#include <hawser/core/task_group.h>
#include <hawser/reactor/react.h>
#include <hawser/reactor/reactor.h>

#include <charconv>
#include <cstdio>
#include <string_view>

namespace {

hawser::Deferred<> probe(hawser::Network& network, hawser::DeferredSemaphore& free, int port) {
    const auto permit = co_await free.acquire(); // given back at the end
    const auto endpoint = hawser::Endpoint::tcp("127.0.0.1", static_cast<std::uint16_t>(port));
    try {
        const hawser::Stream stream = co_await hawser::connect_stream(network, endpoint);
        std::printf("%d\n", port);
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::connection_refused) {
            std::fprintf(stderr, "%s\n", error.what());
        }
    }
}

hawser::Deferred<> scan(hawser::Reactor& reactor, int first, int last) {
    hawser::DeferredSemaphore free(100);
    hawser::TaskGroup probes; // destroyed before what its tasks use
    for (int port = first; port <= last; ++port) {
        probes.add(probe(reactor, free, port));
    }
    co_await probes.join();
}

bool read_port(std::string_view text, int& port) {
    const auto end = std::from_chars(text.data(), text.data() + text.size(), port);
    return end.ec == std::errc() && *end.ptr == '\0' && port > 0 && port < 65536;
}

} // namespace

int main(int argc, char** argv) {
    int first = 0;
    int last = 0;
    if (argc != 3 || !read_port(argv[1], first) || !read_port(argv[2], last) || last < first) {
        std::fputs("usage: port_scanner FIRST LAST   for instance 1 65535\n", stderr);
        return 2;
    }
    return hawser::react([&](hawser::Reactor& reactor) { return scan(reactor, first, last); });
}
