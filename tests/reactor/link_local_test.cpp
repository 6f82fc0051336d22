// SPDX-License-Identifier: MIT
#include "child.h"
#include "reactor_fixture.h"

#include <hawser/core/address.h>

#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

using namespace reactor_test; // NOLINT(google-build-using-namespace): this file is its cases
using hawser::Address;
using hawser::Listener;
using hawser::Reactor;

namespace {

/// Moves this process into a network of its own; false where that is not allowed.
bool enter_own_network() {
    const auto uid = std::to_string(::getuid());
    const auto gid = std::to_string(::getgid());
    if (::unshare(CLONE_NEWNET) == 0) {
        return true;
    }
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) { // not root: root in there
        return false;
    }
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << uid << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << gid << " 1";
    return true;
}

/// fe80::1 on here0 and fe80::2 on there0, which are two ends of one wire.
bool make_wire() {
    return std::system("ip link set lo up && "
                       "ip link add here0 type veth peer name there0 && "
                       "ip link set here0 addrgenmode none up && "
                       "ip link set there0 addrgenmode none up && "
                       "ip address add fe80::1/64 dev here0 nodad && "
                       "ip address add fe80::2/64 dev there0 nodad") == 0;
}

/// The ends of one connection, as each side has them.
struct Ends {
    Address client_peer;
    Address client_host;
    Address server_peer;
    Address server_host;
};

Ends connect(const std::string& listen_on, const std::string& connect_to) {
    Reactor reactor(no_signals());
    Story served;
    Story client;
    const Listener listener = reactor.listen("tcp:[" + listen_on + "]:0", telling(served));
    const std::string port = std::to_string(listener.address().port());
    auto connecting = reactor.connect("tcp:[" + connect_to + "]:" + port, telling(client));
    if (!turn_until(reactor, [&] { return connecting.settled() && served.living == 1; })) {
        return {};
    }
    Ends ends{client.transport->peer(), client.transport->host(), served.transport->peer(),
              served.transport->host()};
    client.transport->abort_connection();
    (void)turn_until(reactor, [&] { return served.living == 0 && client.living == 0; });
    return ends;
}

std::string shown(const Ends& ends) {
    return to_string(ends.client_host) + " to " + to_string(ends.client_peer) + ", " +
           to_string(ends.server_peer) + " to " + to_string(ends.server_host);
}

bool same(const Address& a, const Address& b) {
    return a == b && std::hash<Address>()(a) == std::hash<Address>()(b);
}

bool same_but_for_link(const Address& a, const Address& b) {
    return a.ip_octets() == b.ip_octets() && a.port() == b.port() && !same(a, b);
}

std::string mirrored() {
    if (!enter_own_network() || !make_wire()) {
        return "not here";
    }
    const unsigned here = ::if_nametoindex("here0");
    const unsigned there = ::if_nametoindex("there0");

    const Ends one_link = connect("fe80::2%there0", "fe80::2%there0");
    if (!same(one_link.client_peer, one_link.server_host) ||
        !same(one_link.client_host, one_link.server_peer) ||
        one_link.client_peer.scope() != there) {
        return "one link: " + shown(one_link);
    }
    const Ends wire = connect("fe80::2%there0", "fe80::2%here0");
    if (!same_but_for_link(wire.client_peer, wire.server_host) ||
        !same_but_for_link(wire.client_host, wire.server_peer) ||
        wire.client_peer.scope() != here || wire.client_host.scope() != here ||
        wire.server_peer.scope() != there || wire.server_host.scope() != there) {
        return "wire: " + shown(wire);
    }
    return "mirrored";
}

} // namespace

TEST_SUITE_BEGIN("Reactor: link-local addresses");

TEST_CASE("the ends mirror each other, each with the scope of its own link") {
    const std::string said = in_child(mirrored);

    if (said == "not here") {
        MESSAGE("skipped: no network of its own, or no ip to make a wire in it");
        return;
    }
    CHECK(said == "mirrored");
}

TEST_SUITE_END();
