# SPDX-License-Identifier: MIT
"""Groups, IPv4 over lo and IPv6 over a veth pair. Argument: multicast_hello."""
import socket
import struct
import sys

import namespace
import programs

MULTICAST_HELLO = sys.argv[1]
namespace.enter()
# So that what is sent to a group over lo comes from somewhere.
namespace.ip("address", "add", "192.0.2.1/32", "dev", "lo")
namespace.ip("link", "set", "lo", "multicast", "on")


class Groups(programs.Case):
    def hello(self, name, *where):
        member = self.start(MULTICAST_HELLO, name, *where)
        member.expect(f"hello from {name}\n")  # its own words, looped back
        return member

    def test_ipv4_members_on_one_port_hear_each_other(self):
        where = ("239.1.1.1", "7000", "lo")
        ada = self.hello("Ada", *where)
        bob = self.hello("Bob", *where)

        ada.expect(": hello from Bob\n")
        self.stop(ada)
        self.stop(bob)

    def test_a_socket_does_not_hear_the_groups_of_others(self):
        ada = self.hello("Ada", "239.1.1.1", "7001", "lo")
        bob = self.hello("Bob", "239.2.2.2", "7001", "lo")

        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.setsockopt(
                socket.IPPROTO_IP,
                socket.IP_MULTICAST_IF,
                struct.pack("4s4si", bytes(4), bytes(4), socket.if_nametoindex("lo")),
            )
            for group in "239.2.2.2", "239.1.1.1":
                sender.sendto(f"to {group}".encode(), (group, 7001))
        ada.expect("to 239.1.1.1\n")
        bob.expect("to 239.2.2.2\n")
        self.assertNotIn("239.2.2.2", ada.transcript)
        self.assertNotIn("Bob", ada.transcript)
        self.stop(ada)
        self.stop(bob)

    def test_ipv6_over_a_pair_of_links(self):
        namespace.make_link("here0", peer="there0")
        for link in "here0", "there0":
            # At once: no look whether somebody has the address already.
            with open(f"/proc/sys/net/ipv6/conf/{link}/accept_dad", "w", encoding="ascii") as file:
                file.write("0")
            namespace.ip("link", "set", link, "up")
        programs.until(self.links_have_addresses, "link-local addresses")

        ada = self.hello("Ada", "ff02::4711", "7002", "here0")
        bob = self.hello("Bob", "ff02::4711", "7002", "there0")

        ada.expect(": hello from Bob\n")
        bob.expect(": Ada is here\n")
        self.stop(ada)
        self.stop(bob)

    def links_have_addresses(self):
        with open("/proc/net/if_inet6", encoding="ascii") as lines:
            ready = {line.split()[5] for line in lines if not int(line.split()[4], 16) & 0x40}
        return {"here0", "there0"} <= ready

    def test_an_interface_that_is_not_there_is_one_clear_line(self):
        member = self.start(MULTICAST_HELLO, "Ada", "239.1.1.1", "7003", "nowhere0")
        self.assertEqual(member.wait(), 1)
        self.assertEqual(
            member.errors(),
            "multicast_hello: cannot join 239.1.1.1 on nowhere0: no such device\n",
        )


programs.run()
