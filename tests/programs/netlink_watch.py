# SPDX-License-Identifier: MIT
"""The netlink example sees links and addresses come and go. Argument: netlink_watch."""
import signal
import sys

import namespace
import programs

NETLINK_WATCH = sys.argv[1]
namespace.enter()


class NetlinkWatch(programs.Case):
    def test_links_and_addresses_are_printed_as_they_change(self):
        watch = self.start(NETLINK_WATCH)
        watch.expect("link lo is there, up\n")  # what there was when it began

        namespace.make_link("test0", peer="test1")
        watch.expect("link test0 is there, down\n")
        namespace.ip("link", "set", "test0", "up")
        watch.expect("link test0 is there, up\n")
        namespace.ip("address", "add", "192.0.2.1/24", "dev", "test0")
        watch.expect("link test0 has 192.0.2.1/24\n")
        namespace.ip("address", "add", "2001:db8::1/64", "dev", "test0", "nodad")
        watch.expect("link test0 has 2001:db8::1/64\n")
        namespace.ip("address", "del", "192.0.2.1/24", "dev", "test0")
        watch.expect("link test0 lost 192.0.2.1/24\n")
        namespace.ip("link", "del", "test0")
        watch.expect("link test0 is gone")
        self.stop(watch)

    def test_when_the_kernel_had_no_room_that_is_told_and_watching_goes_on(self):
        watch = self.start(NETLINK_WATCH)
        watch.expect("link lo is there, up\n")
        changes = self.folder / "changes"
        changes.write_text(
            "address add 192.0.2.9/32 dev lo\naddress del 192.0.2.9/32 dev lo\n" * 2000
        )

        watch.signal(signal.SIGSTOP)
        namespace.ip("-batch", changes)
        watch.signal(signal.SIGCONT)

        watch.expect("messages were lost: No buffer space available; asking anew\n")
        watch.expect("link lo is there, up\n")
        namespace.make_link("test2", peer="test3")
        watch.expect("link test2 is there, down\n")
        namespace.ip("link", "del", "test2")
        self.stop(watch)


programs.run()
