// SPDX-License-Identifier: MIT
// Sends every datagram back to where it came from.
//
//     ./udp_echo udp:127.0.0.1:7000        and in another terminal:  nc -u 127.0.0.1 7000
//     ./udp_echo unixgram:/tmp/echo.sock
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <exception>
#include <memory>

class UdpEcho final : public hawser::DatagramProtocol {
    void datagram_received(hawser::Bytes data, const hawser::Address& from) override {
        transport().write(data, from);
    }

    void stop_protocol() override {
        const hawser::DroppedDatagrams dropped = transport().dropped();
        std::printf("answers dropped: %llu\n",
                    static_cast<unsigned long long>(dropped.full + dropped.failed));
    }
};

int main(int argc, char** argv) try {
    if (argc != 2 || argv[1][0] == '-') {
        std::fputs("usage: udp_echo ENDPOINT   for instance udp:127.0.0.1:7000\n", stderr);
        return 2;
    }
    hawser::Reactor reactor;
    const hawser::Listener port = reactor.bind(argv[1], std::make_unique<UdpEcho>());
    reactor.when_running([&] {
        std::printf("listening on %s\n", to_string(port.address()).c_str());
        std::fflush(stdout);
    });
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "udp_echo: %s\n", error.what());
    return 1;
}
