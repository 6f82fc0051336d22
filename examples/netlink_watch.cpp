// SPDX-License-Identifier: MIT
// Prints network links and addresses as they change, until Ctrl-C. The kernel tells over a netlink
// socket, rtnetlink(7): one more family of datagrams, adopted with `fd:`.
//
//     ./netlink_watch              and in another terminal:  ip link add test0 type dummy
#include <hawser/core/error.h>
#include <hawser/reactor/reactor.h>

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>

namespace {

/// A netlink socket that hears of links and addresses.
int open_netlink() {
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    sockaddr_nl here{};
    here.nl_family = AF_NETLINK;
    here.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&here), sizeof(here)) != 0) {
        throw hawser::Error({errno, std::system_category()}, "cannot listen to the kernel");
    }
    return fd;
}

/// What follows the message's own header: attributes of one type, and how many octets.
const rtattr* find(const rtattr* attribute, std::size_t size, unsigned short type) {
    auto left = static_cast<unsigned>(size);
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        if (attribute->rta_type == type) {
            return attribute;
        }
    }
    return nullptr;
}

class NetlinkWatch final : public hawser::DatagramProtocol {
    void start_protocol() override { ask_for_links(); }

    // One datagram carries one message or several, each aligned as the kernel's own types are.
    void datagram_received(hawser::Bytes data, const hawser::Address&) override {
        const auto* message = reinterpret_cast<const nlmsghdr*>(data.data());
        for (auto left = static_cast<unsigned>(data.size()); NLMSG_OK(message, left);
             message = NLMSG_NEXT(message, left)) {
            switch (message->nlmsg_type) {
            case RTM_NEWLINK: link(*message, "is there"); break;
            case RTM_DELLINK: link(*message, "is gone"); break;
            case RTM_NEWADDR: address(*message, "has"); break;
            case RTM_DELADDR: address(*message, "lost"); break;
            default: break;
            }
        }
        std::fflush(stdout);
    }

    // ENOBUFS: the kernel had more to tell than we had room for.
    void receive_failed(std::error_code error) override {
        std::printf("messages were lost: %s; asking anew\n", error.message().c_str());
        ask_for_links();
    }

    void ask_for_links() {
        struct {
            nlmsghdr header;
            rtgenmsg body;
        } request{};
        request.header.nlmsg_len = sizeof(request);
        request.header.nlmsg_type = RTM_GETLINK;
        request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        transport().write(hawser::Bytes(reinterpret_cast<const char*>(&request), sizeof(request)));
    }

    static void link(const nlmsghdr& message, const char* what) {
        const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(&message));
        const rtattr* name = find(IFLA_RTA(info), IFLA_PAYLOAD(&message), IFLA_IFNAME);
        std::printf("link %s %s, %s\n",
                    name != nullptr ? static_cast<const char*>(RTA_DATA(name)) : "?", what,
                    (info->ifi_flags & IFF_UP) != 0 ? "up" : "down");
    }

    static void address(const nlmsghdr& message, const char* what) {
        const auto* info = static_cast<const ifaddrmsg*>(NLMSG_DATA(&message));
        const rtattr* address = find(IFA_RTA(info), IFA_PAYLOAD(&message), IFA_ADDRESS);
        std::array<char, INET6_ADDRSTRLEN> text{'?'};
        std::array<char, IF_NAMESIZE> name{'?'};
        if (address != nullptr) {
            inet_ntop(info->ifa_family, RTA_DATA(address), text.data(), text.size());
        }
        if_indextoname(info->ifa_index, name.data());
        std::printf("link %s %s %s/%d\n", name.data(), what, text.data(), info->ifa_prefixlen);
    }
};

} // namespace

int main() try {
    hawser::Reactor reactor;
    const auto watch =
        reactor.bind(hawser::Endpoint::fd(open_netlink()), std::make_unique<NetlinkWatch>());
    reactor.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "netlink_watch: %s\n", error.what());
    return 1;
}
