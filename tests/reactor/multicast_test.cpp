// SPDX-License-Identifier: MIT
#include "datagram_fixture.h"

#include <hawser/core/error.h>
#include <hawser/core/multicast.h>

#include <netinet/in.h>
#include <sys/socket.h>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Multicast;
using hawser::Reactor;

namespace {

const auto group = Address::ipv4({239, 255, 47, 11}, 0); // of RFC 2365: of this organization

Address at_port(const Address& address, std::uint16_t port) {
    return *Address::from_ip(address.ip(), port);
}

int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    CHECK(getsockopt(fd, level, name, &value, &size) == 0);
    return value;
}

/// A port on every interface, and what it has to do with groups over lo.
struct Member {
    Reactor reactor{no_signals()};
    Datagrams story;
    hawser::Listener listener = reactor.bind("udp:0.0.0.0:0", story.protocol());
    Multicast& groups = story.transport->multicast();
    Address where = at_port(group, listener.address().port());

    Member() { groups.set_interface("lo"); }
    void say(const std::string& text) const { story.transport->write(text, where); }
};

} // namespace

TEST_SUITE_BEGIN("Reactor: multicast");

TEST_CASE("a group is heard from joining to leaving") {
    Member member;
    member.say("before");
    member.story.transport->write(
        "mark", at_port(Address::ipv4({127, 0, 0, 1}, 0), member.listener.address().port()));
    REQUIRE(turn_until(member.reactor, [&] { return !member.story.datagrams.empty(); }));
    CHECK(member.story.datagrams == contract::Texts{"mark"});

    member.groups.join_group(group, "lo");
    CHECK_THROWS_WITH(member.groups.join_group(group, "lo"),
                      "cannot join 239.255.47.11 on lo: address already in use");
    member.say("while");
    REQUIRE(turn_until(member.reactor, [&] { return member.story.datagrams.size() == 2; }));
    CHECK(member.story.datagrams.back() == "while");

    member.groups.leave_group(group, "lo");
    CHECK_THROWS_WITH(member.groups.leave_group(group, "lo"),
                      "cannot leave 239.255.47.11 on lo: cannot assign requested address");
}

TEST_CASE("of a source-specific group only the source is heard") {
    Member member;
    const auto local = Address::ipv4({127, 0, 0, 1}, 0);
    const auto other = Address::ipv4({127, 0, 0, 2}, 0);
    contract::RawDatagrams wanted(local);
    contract::RawDatagrams unwanted(other);
    const auto speak = [&](contract::RawDatagrams& who, const std::string& text) {
        ip_mreqn lo{};
        lo.imr_ifindex = 1;
        CHECK(setsockopt(who.descriptor(), IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof(lo)) == 0);
        who.send(text, member.where);
    };

    member.groups.join_source_group(group, local, "lo");
    speak(unwanted, "not heard");
    speak(wanted, "heard");
    REQUIRE(turn_until(member.reactor, [&] { return !member.story.datagrams.empty(); }));
    CHECK(member.story.datagrams == contract::Texts{"heard"});

    member.groups.join_source_group(group, other, "lo");
    speak(unwanted, "heard too");
    REQUIRE(turn_until(member.reactor, [&] { return member.story.datagrams.size() == 2; }));
    member.groups.leave_source_group(group, other, "lo");
    speak(unwanted, "not any more");
    speak(wanted, "last");
    REQUIRE(turn_until(member.reactor, [&] { return member.story.datagrams.size() == 3; }));
    CHECK(member.story.datagrams.back() == "last");
}

TEST_CASE("several ports share a number, and all hear a group") {
    Reactor reactor(no_signals());
    Datagrams first;
    Datagrams second;
    const auto one = reactor.bind("udp:0.0.0.0:0:reuseaddr=yes", first.protocol());
    const auto port = one.address().port();
    const auto two =
        reactor.bind("udp:0.0.0.0:" + std::to_string(port) + ":reuseaddr=yes", second.protocol());
    for (const Datagrams* story : {&first, &second}) {
        story->transport->multicast().join_group(group, "lo");
        story->transport->multicast().set_interface("lo");
    }

    first.transport->write("to all", at_port(group, port));

    CHECK(turn_until(reactor, [&] {
        return first.datagrams == contract::Texts{"to all"} && second.datagrams == first.datagrams;
    }));
}

TEST_CASE("what is set for groups and for single hosts is what the kernel has") {
    Member member;
    const int fd = member.story.transport->descriptor();

    CHECK(option(fd, IPPROTO_IP, IP_MULTICAST_LOOP) == 1);
    member.groups.set_loopback(false);
    member.groups.set_ttl(7);
    member.story.transport->set_ttl(9);
    member.story.transport->set_broadcast(true);

    CHECK(option(fd, IPPROTO_IP, IP_MULTICAST_LOOP) == 0);
    CHECK(option(fd, IPPROTO_IP, IP_MULTICAST_TTL) == 7);
    CHECK(option(fd, IPPROTO_IP, IP_TTL) == 9);
    CHECK(option(fd, SOL_SOCKET, SO_BROADCAST) == 1);
    CHECK_THROWS_AS(member.story.transport->set_ttl(256), hawser::Error);
    CHECK_THROWS_AS(member.groups.set_ttl(256), hawser::Error);
}

TEST_CASE("what was written before an option changes leaves as it was") {
    Member member;
    contract::RawDatagrams peer(Address::ipv4({127, 0, 0, 1}, 0));

    member.story.transport->write("before", peer.address());
    member.story.transport->set_ttl(9);

    CHECK(peer.seen() == contract::Texts{"before"}); // without a turn
}

TEST_CASE("a port of both versions sets both, and hears IPv4 groups") {
    Reactor reactor(no_signals());
    Datagrams story;
    const auto listener = reactor.bind("udp:0", story.protocol());
    Multicast& groups = story.transport->multicast();
    const int fd = story.transport->descriptor();

    groups.set_ttl(7);
    story.transport->set_ttl(9);
    CHECK(option(fd, IPPROTO_IP, IP_MULTICAST_TTL) == 7);
    CHECK(option(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS) == 7);
    CHECK(option(fd, IPPROTO_IP, IP_TTL) == 9);
    CHECK(option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 9);

    groups.set_interface("lo");
    groups.join_group(group, "lo");
    story.transport->write("hello", at_port(group, listener.address().port()));
    CHECK(turn_until(reactor, [&] { return story.datagrams == contract::Texts{"hello"}; }));
}

TEST_CASE("what is no group, no interface or no IP is an error that says so") {
    Member member;

    CHECK_THROWS_AS(member.groups.join_group(Address::ipv4({127, 0, 0, 1}, 0)), hawser::Error);
    CHECK_THROWS_WITH(member.groups.join_group(group, "nowhere0"),
                      "cannot join 239.255.47.11 on nowhere0: no such device");
    CHECK_THROWS_WITH(member.groups.set_interface("nowhere0"),
                      "cannot send to groups on nowhere0: no such device");
    CHECK_THROWS_AS(member.groups.join_group(Address::unix_path("/run/x")), hawser::Error);

    TemporaryDirectory directory;
    Datagrams story;
    const auto listener =
        member.reactor.bind("unixgram:" + directory.socket_path(), story.protocol());
    CHECK_THROWS_AS((void)story.transport->multicast(), hawser::Error);
    CHECK_THROWS_AS(story.transport->set_ttl(9), hawser::Error);
}

TEST_SUITE_END();
