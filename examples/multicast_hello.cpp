// SPDX-License-Identifier: MIT
// Greets a group, and prints who else does: several may run on one machine, and on one port.
//
//     ./multicast_hello Ada 239.1.1.1 7000 lo
//     ./multicast_hello Bob ff02::4711 7000 eth0
#include <hawser/core/error.h>
#include <hawser/core/multicast.h>
#include <hawser/reactor/reactor.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

class Hello final : public hawser::DatagramProtocol {
public:
    Hello(std::string name, hawser::Address group, std::string interface)
        : name_(std::move(name)), group_(std::move(group)), interface_(std::move(interface)) {}

private:
    void start_protocol() override {
        hawser::Multicast& groups = transport().multicast();
        groups.join_group(group_, interface_);
        groups.set_interface(interface_);
        transport().write("hello from " + name_, group_);
    }

    void datagram_received(hawser::Bytes data, const hawser::Address& from) override {
        std::printf("%s: %.*s\n", from.ip().c_str(), static_cast<int>(data.size()), data.data());
        std::fflush(stdout);
        if (data.starts_with("hello") && !data.ends_with(name_)) {
            transport().write(name_ + " is here", from);
        }
    }

    std::string name_;
    hawser::Address group_;
    std::string interface_;
};

int main(int argc, char** argv) try {
    if (argc != 5) {
        std::fputs("usage: multicast_hello NAME GROUP PORT INTERFACE\n", stderr);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[3]));
    const auto group = hawser::Address::from_ip(argv[2], port);
    if (!group) {
        throw hawser::Error(hawser::Errc::bad_address, argv[2]);
    }
    hawser::Reactor reactor;
    const auto everywhere = "udp:" + std::string(argv[3]) + ":reuseaddr=yes";
    const auto listener =
        reactor.bind(everywhere, std::make_unique<Hello>(argv[1], *group, argv[4]));
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "multicast_hello: %s\n", error.what());
    return 1;
}
